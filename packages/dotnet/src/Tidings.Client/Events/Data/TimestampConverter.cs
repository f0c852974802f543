using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tidings.Client;

/// <summary>
/// Timestamps as the hub takes them: RFC 3339, with a small <c>t</c> or a space between date and time, with leap seconds,
/// with any number of digits. It writes them with as many digits as they have, and <c>Z</c> where there is no offset.
/// </summary>
internal sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    /// <summary>The greatest offset that .NET can keep; the hub takes more.</summary>
    private static readonly TimeSpan MostOffset = TimeSpan.FromHours(14);

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString() ?? "", out var time)
            ? time
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Format(value));

    public static string Format(DateTimeOffset time) =>
        time.ToString(
            time.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
            CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length < 20 || text[10] is not ('T' or 't' or ' '))
        {
            return false;
        }

        // A minute has a 61st second now and then; .NET does not know it.
        var isLeapSecond = text[17] == '6' && text[18] == '0';
        var clock = isLeapSecond ? $"{text.Substring(11, 6)}59" : text.Substring(11, 8);
        var rest = ReadFraction(text, out var fraction);
        if (!TryParseOffset(rest, out var offset)
            || !DateTime.TryParseExact(
                $"{text.Substring(0, 10)} {clock}{fraction}",
                "yyyy-MM-dd HH:mm:ss.FFFFFFF",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var local))
        {
            return false;
        }

        var ticks = local.Ticks - offset.Ticks + (isLeapSecond ? TimeSpan.TicksPerSecond : 0);
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        var utc = new DateTimeOffset(ticks, TimeSpan.Zero);
        time = offset.Duration() <= MostOffset ? utc.ToOffset(offset) : utc;
        return true;
    }

    /// <summary><c>Z</c>, <c>+01:00</c>, <c>+0100</c> or <c>+01</c>.</summary>
    private static bool TryParseOffset(string text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text.Length is not (3 or 5 or 6) || text[0] is not ('+' or '-') || (text.Length == 6 && text[3] != ':'))
        {
            return false;
        }

        var minutes = text.Length == 3 ? "00" : text.Substring(text.Length - 2);
        if (!TimeSpan.TryParseExact($"{text.Substring(1, 2)}{minutes}", "hhmm", CultureInfo.InvariantCulture, out offset))
        {
            return false;
        }

        offset = text[0] == '-' ? -offset : offset;
        return true;
    }

    /// <summary>What comes after the seconds: digits, of which 7 can be kept, and the offset.</summary>
    private static string ReadFraction(string text, out string fraction)
    {
        fraction = "";
        if (text[19] != '.')
        {
            return text.Substring(19);
        }

        var end = 20;
        while (end < text.Length && text[end] is >= '0' and <= '9')
        {
            end++;
        }

        fraction = text.Substring(19, Math.Min(end - 19, 8));
        return text.Substring(end);
    }
}
