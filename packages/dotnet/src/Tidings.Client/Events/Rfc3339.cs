using System.Globalization;

namespace Tidings.Client;

/// <summary>Times as in RFC 3339, as far as the hub takes them: no leap seconds, and at most nine decimals.</summary>
internal static class Rfc3339
{
    private const int MaxDecimals = 9;

    /// <summary>
    /// The instant of a text. What <see cref="DateTimeOffset"/> cannot hold comes as near to it as it can: to 100 ns, in
    /// UTC where the offset is beyond 14 hours, and with the year 0 as the beginning of the year 1.
    /// </summary>
    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        // 2026-01-31T09:30:00 and at least a Z.
        if (text is null || text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] is not ('T' or 't')
            || text[13] != ':' || text[16] != ':' || !TryNumber(text, 0, 4, 0, 9999, out var year)
            || !TryNumber(text, 5, 2, 1, 12, out var month)
            || !TryNumber(text, 8, 2, 1, DateTime.DaysInMonth(year == 0 ? 4 : year, month), out var day)
            || !TryNumber(text, 11, 2, 0, 23, out var hour) || !TryNumber(text, 14, 2, 0, 59, out var minute)
            || !TryNumber(text, 17, 2, 0, 59, out var second))
        {
            return false;
        }

        var at = 19;
        if (!TryTakeDecimals(text, ref at, out var decimals) || !TryOffset(text, at, out var offset))
        {
            return false;
        }

        time = year == 0
            ? DateTimeOffset.MinValue
            : Place(new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).Ticks + decimals, offset);
        return true;
    }

    /// <summary>Why a value is no time; null if it is one.</summary>
    public static string? Problem(object? value) =>
        TryParse(value as string, out _)
            ? null
            : $"expected a time as in RFC 3339, such as 2026-01-31T09:30:00Z, found {Found.Describe(value)}";

    /// <summary>In UTC, to the millisecond as the TypeScript package writes it, or to 100 ns where there is more.</summary>
    public static string Format(DateTimeOffset time)
    {
        var decimals = time.Ticks % TimeSpan.TicksPerMillisecond == 0 ? "fff" : "fffffff";
        return time.UtcDateTime.ToString($"yyyy-MM-dd'T'HH:mm:ss.{decimals}'Z'", CultureInfo.InvariantCulture);
    }

    private static DateTimeOffset Place(long ticks, TimeSpan offset)
    {
        var utc = Math.Min(Math.Max(ticks - offset.Ticks, DateTime.MinValue.Ticks), DateTime.MaxValue.Ticks);
        var isKept = offset.Duration() <= TimeSpan.FromHours(14) && utc == ticks - offset.Ticks;
        return isKept ? new DateTimeOffset(ticks, offset) : new DateTimeOffset(utc, TimeSpan.Zero);
    }

    private static bool TryTakeDecimals(string text, ref int at, out long ticks)
    {
        ticks = 0;
        if (text[at] != '.')
        {
            return true;
        }

        var from = ++at;
        for (var worth = TimeSpan.TicksPerSecond / 10; at < text.Length && text[at] is >= '0' and <= '9'; at++, worth /= 10)
        {
            ticks += (text[at] - '0') * worth;
        }

        return at - from is > 0 and <= MaxDecimals;
    }

    private static bool TryOffset(string text, int at, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (at == text.Length - 1 && text[at] is 'Z' or 'z')
        {
            return true;
        }

        if (at != text.Length - 6 || text[at] is not ('+' or '-') || text[at + 3] != ':'
            || !TryNumber(text, at + 1, 2, 0, 23, out var hours) || !TryNumber(text, at + 4, 2, 0, 59, out var minutes))
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0);
        offset = text[at] == '-' ? -offset : offset;
        return true;
    }

    private static bool TryNumber(string text, int at, int digits, int least, int most, out int number)
    {
        number = 0;
        for (var i = at; i < at + digits; i++)
        {
            if (text[i] is < '0' or > '9')
            {
                return false;
            }

            number = (number * 10) + (text[i] - '0');
        }

        return number >= least && number <= most;
    }
}
