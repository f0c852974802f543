using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tidings.Client;

/// <summary>
/// A day without a time: <c>2024-02-29</c>. It is here because .NET Framework has no <c>DateOnly</c>; where there is one,
/// each becomes the other by itself.
/// </summary>
[JsonConverter(typeof(CalendarDateConverter))]
public readonly record struct CalendarDate : IComparable<CalendarDate>
{
    private readonly DateTime _midnight;

    /// <param name="year">From 1 to 9999.</param>
    /// <param name="month">From 1.</param>
    /// <param name="day">From 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such day.</exception>
    public CalendarDate(int year, int month, int day) =>
        _midnight = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Unspecified);

    private CalendarDate(DateTime midnight) => _midnight = midnight;

    /// <summary>From 1 to 9999.</summary>
    public int Year => _midnight.Year;

    /// <summary>From 1 to 12.</summary>
    public int Month => _midnight.Month;

    /// <summary>From 1 to 31.</summary>
    public int Day => _midnight.Day;

    /// <summary>The day of a date and time, whose zone does not matter.</summary>
    /// <param name="dateTime">Any time of the day.</param>
    public static CalendarDate FromDateTime(DateTime dateTime) =>
        new(dateTime.Year, dateTime.Month, dateTime.Day);

    /// <summary>Reads <c>2024-02-29</c>.</summary>
    /// <param name="text">Year, month and day, by hyphens.</param>
    /// <exception cref="FormatException">It is none, or there is no such day.</exception>
    public static CalendarDate Parse(string text) =>
        TryParse(text, out var date) ? date : throw new FormatException("expected a date such as 2024-02-29");

    /// <summary>Reads <c>2024-02-29</c>, if it is a date.</summary>
    /// <param name="text">Year, month and day, by hyphens.</param>
    /// <param name="date">The day.</param>
    public static bool TryParse(string? text, out CalendarDate date)
    {
        var isDate = DateTime.TryParseExact(
            text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var midnight);
        date = new CalendarDate(midnight);
        return isDate;
    }

    /// <summary>Midnight at the beginning of the day, in no zone.</summary>
    public DateTime ToDateTime() => _midnight;

    /// <inheritdoc/>
    public int CompareTo(CalendarDate other) => _midnight.CompareTo(other._midnight);

    /// <summary>Whether the first is earlier.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    public static bool operator <(CalendarDate left, CalendarDate right) => left.CompareTo(right) < 0;

    /// <summary>Whether the first is later.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    public static bool operator >(CalendarDate left, CalendarDate right) => left.CompareTo(right) > 0;

    /// <summary>Whether the first is earlier, or the same.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    public static bool operator <=(CalendarDate left, CalendarDate right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the first is later, or the same.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    public static bool operator >=(CalendarDate left, CalendarDate right) => left.CompareTo(right) >= 0;

#if NET
    /// <summary>The same day.</summary>
    /// <param name="date">A day.</param>
    public static CalendarDate FromDateOnly(DateOnly date) => new(date.Year, date.Month, date.Day);

    /// <summary>The same day.</summary>
    public DateOnly ToDateOnly() => DateOnly.FromDateTime(_midnight);

    /// <summary>The same day.</summary>
    /// <param name="date">A day.</param>
    public static implicit operator CalendarDate(DateOnly date) => FromDateOnly(date);

    /// <summary>The same day.</summary>
    /// <param name="date">A day.</param>
    public static implicit operator DateOnly(CalendarDate date) => date.ToDateOnly();
#endif

    /// <summary>Such as <c>2024-02-29</c>.</summary>
    public override string ToString() => _midnight.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Reads and writes it as schemas have it: <c>"format": "date"</c>.</summary>
internal sealed class CalendarDateConverter : JsonConverter<CalendarDate>
{
    public override CalendarDate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && CalendarDate.TryParse(reader.GetString(), out var date)
            ? date
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, CalendarDate value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
