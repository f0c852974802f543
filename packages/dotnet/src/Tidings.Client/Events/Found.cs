using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>Values in few words, for the "found …" of a message. Never longer than a line.</summary>
internal static class Found
{
    private const int MaxShown = 80;

    /// <summary>What a value is: null, a string, a boolean, a number, or an array or object as JSON.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "null",
        string text => Shorten(Quote(text)),
        bool truth => truth ? "true" : "false",
        JsonElement { ValueKind: JsonValueKind.Undefined } => "nothing",
        JsonElement { ValueKind: JsonValueKind.Array } list =>
            $"an array of {list.GetArrayLength().ToString(CultureInfo.InvariantCulture)}",
        JsonElement { ValueKind: JsonValueKind.Object } => "an object",
        JsonElement scalar => Describe(JsonText.ValueOf(scalar)),
        double number => Number(number),
        IFormattable number when IsNumber(value) => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"a {value.GetType().Name}",
    };

    /// <summary>A string as JSON writes it, with as few escapes as it needs.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(character, text[i + 1]);
            _ = character switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' => AppendEscaped(quoted, character),
                _ when isPair => quoted.Append(character).Append(text[++i]),
                _ when char.IsSurrogate(character) => AppendEscaped(quoted, character),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A number as the hub's own messages write it.</summary>
    public static string Number(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = text.AsSpan().IndexOf('E');
        if (exponentAt < 0)
        {
            return string.Equals(text, "-0", StringComparison.Ordinal) ? "0" : text;
        }

        var size = Math.Abs(number);
        if (size is >= 1e-6 and < 1e21)
        {
            return decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }

        var exponent = Convert.ToInt32(text.Substring(exponentAt + 1), 10);
        return string.Format(CultureInfo.InvariantCulture, "{0}e{1:+0;-0}", text.Substring(0, exponentAt), exponent);
    }

    private static bool IsNumber(object value) =>
        value is sbyte or byte or short or ushort or int or uint or long or ulong or float or decimal;

    private static StringBuilder AppendEscaped(StringBuilder quoted, char character) =>
        quoted.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));

    private static string Shorten(string text) =>
        text.Length <= MaxShown ? text : $"{text.Substring(0, MaxShown)}… ({text.Length} characters)";
}
