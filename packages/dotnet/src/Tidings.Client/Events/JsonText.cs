using System.Text;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>Values of JSON as .NET has them.</summary>
internal static class JsonText
{
    /// <summary>null, a string, a boolean or a number (<see cref="double"/>); arrays and objects stay as they are.</summary>
    public static object? ValueOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String => StringOf(element),
        _ => element,
    };

    /// <summary>
    /// The text of a string, also of one with lone surrogates: JSON may hold them, and <c>GetString</c> throws for them.
    /// </summary>
    public static string StringOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescape(element.GetRawText());
        }
    }

    private static string Unescape(string quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (var i = 1; i < quoted.Length - 1; i++)
        {
            if (quoted[i] != '\\')
            {
                text.Append(quoted[i]);
                continue;
            }

            i++;
            switch (quoted[i])
            {
                case 'u':
                    text.Append((char)Convert.ToUInt16(quoted.Substring(i + 1, 4), 16));
                    i += 4;
                    break;
                case 'b': text.Append('\b'); break;
                case 'f': text.Append('\f'); break;
                case 'n': text.Append('\n'); break;
                case 'r': text.Append('\r'); break;
                case 't': text.Append('\t'); break;
                default: text.Append(quoted[i]); break;
            }
        }

        return text.ToString();
    }
}
