using System.Text.Json;
using Tidings.Client.Events;

namespace Tidings.Client.Tests.Events;

public sealed class DataTests
{
    [Theory]
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z")]
    [InlineData("2024-02-29t23:59:59z", "2024-02-29T23:59:59Z")]
    [InlineData("2024-02-29 23:59:59.5+01:00", "2024-02-29T23:59:59.5+01:00")]
    [InlineData("2024-02-29T23:59:59-0330", "2024-02-29T23:59:59-03:30")]
    [InlineData("2024-02-29T23:59:59+01", "2024-02-29T23:59:59+01:00")]
    [InlineData("2024-02-29T23:59:59.123456789012Z", "2024-02-29T23:59:59.1234567Z")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z")]
    [InlineData("2024-02-29T23:59:59+23:59", "2024-02-29T00:00:59Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    public void Reads_every_timestamp_that_the_hub_takes(string text, string written)
    {
        Assert.True(TimestampConverter.TryParse(text, out var time));
        Assert.Equal(written, TimestampConverter.Format(time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-02-29")]
    [InlineData("2024-02-30T00:00:00Z")]
    [InlineData("2024-02-29T23:59:59")]
    [InlineData("2024-02-29T23:59:59+24:00")]
    [InlineData("2024-02-29T23:59:59+01:60")]
    [InlineData("2024-02-29T23:59:59+1:00")]
    [InlineData("2024-02-29T23:59:59Zx")]
    [InlineData("2024-02-29T25:59:59Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    public void Refuses_what_is_no_timestamp(string text) => Assert.False(TimestampConverter.TryParse(text, out _));

    [Theory]
    [InlineData("1", 1)]
    [InlineData("-1.0", -1)]
    [InlineData("1e3", 1000)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Reads_every_form_of_a_whole_number(string json, long number) => Assert.Equal(number, ReadWhole(json));

    [Theory]
    [InlineData("1.5")]
    [InlineData("9223372036854775808")]
    [InlineData("1e300")]
    [InlineData("\"1\"")]
    [InlineData("true")]
    public void Refuses_what_is_no_whole_number(string json) => Assert.Throws<JsonException>(() => ReadWhole(json));

    [Fact]
    public void A_day_is_what_it_is_in_every_form()
    {
        var day = new CalendarDate(2024, 2, 29);
        Assert.Equal(day, CalendarDate.Parse("2024-02-29"));
        Assert.Equal("2024-02-29", day.ToString());
        Assert.Equal((2024, 2, 29), (day.Year, day.Month, day.Day));
        Assert.Equal(day, CalendarDate.FromDateTime(new DateTime(2024, 2, 29, 23, 59, 59, DateTimeKind.Utc)));
        Assert.Equal(new DateTime(2024, 2, 29), day.ToDateTime());
        Assert.True(day < new CalendarDate(2024, 3, 1));
        Assert.False(CalendarDate.TryParse("2023-02-29", out _));
        Assert.Throws<FormatException>(() => CalendarDate.Parse("29.2.2024"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CalendarDate(2023, 2, 29));
    }

    [Theory]
    [InlineData("$", "")]
    [InlineData(null, "")]
    [InlineData("$.lines[10].amount", "/lines/10/amount")]
    [InlineData("$['a b'].c", "/a b/c")]
    [InlineData("$.a['x/y~z'][0]", "/a/x~1y~0z/0")]
    public void Names_places_as_the_hub_does(string? path, string expected) =>
        Assert.Equal(expected, JsonPath.ToPointer(path));

    [Fact]
    public void Compares_JSON_and_what_lists_and_maps_hold_by_value()
    {
        Assert.True(ValueList.Of([Json("[1,{\"a\":2}]")]).Equals(ValueList.Of([Json("[1.0, {\"a\": 2}]")])));
        Assert.False(ValueList.Of([Json("1")]).Equals(ValueList.Of([Json("\"1\"")])));
        IReadOnlyList<IReadOnlyList<int>> one = [[1], []];
        IReadOnlyList<IReadOnlyList<int>> other = [[1], []];
        Assert.True(ValueList.Of(one).Equals(ValueList.Of(other)));
        Assert.False(ValueList.Of(one).Equals(ValueList.Of<IReadOnlyList<int>>([[1], [2]])));
        var map = new Dictionary<string, int>(StringComparer.Ordinal) { ["a"] = 1, ["b"] = 2 };
        var turned = new Dictionary<string, int>(StringComparer.Ordinal) { ["b"] = 2, ["a"] = 1 };
        Assert.True(ValueMap.Of(map).Equals(ValueMap.Of(turned)));
        turned["b"] = 3;
        Assert.False(ValueMap.Of(map).Equals(ValueMap.Of(turned)));
    }

    [Fact]
    public void Compares_maps_by_value_wherever_they_are()
    {
        var one = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["a"] = Json("[1]"), ["b"] = Json("2") };
        var turned = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["b"] = Json("2"), ["a"] = Json("[1]") };
        var maps = ValueComparer<IReadOnlyDictionary<string, JsonElement>?>.Default;
        Assert.True(maps.Equals(ValueMap.Of(one), ValueMap.Of(turned)));
        Assert.True(maps.Equals(one, ValueMap.Of(turned)));
        turned["b"] = Json("3");
        Assert.False(maps.Equals(ValueMap.Of(one), ValueMap.Of(turned)));
    }

    [Theory]
    [InlineData("\"OPEN\"")]
    [InlineData("\"0\"")]
    [InlineData("0")]
    [InlineData("\"\"")]
    public void Refuses_what_is_no_name_of_an_enum_on_the_wire(string json) =>
        Assert.Throws<JsonException>(() =>
            JsonSerializer.Deserialize(json, EventsJsonContext.Default.BankAccountCreatedV1Status));

    private static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;

    private static long ReadWhole(string json)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(json));
        reader.Read();
        return new WholeNumberConverter().Read(ref reader, typeof(long), JsonSerializerOptions.Default);
    }
}
