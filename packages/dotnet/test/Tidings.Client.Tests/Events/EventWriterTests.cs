using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tidings.Client.Tests.Events;

public sealed class EventWriterTests
{
    private static readonly ManualTimeProvider Time = new();

    [Fact]
    public void Gives_an_event_without_an_id_a_new_one()
    {
        var given = Event("{}");
        var (one, other) = (EventWriter.Prepare(given, Time), EventWriter.Prepare(given, Time));
        Assert.True(Guid.TryParseExact(one.Id, "D", out _), one.Id);
        Assert.NotEqual(one.Id, other.Id);
        Assert.Equal(one.Id, Read(one).GetProperty("id").GetString());
    }

    /// <summary>By number, because an attribute cannot hold such texts.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Refuses_half_of_a_character_which_would_be_replaced_silently(int which)
    {
        var text = new[] { "half \ud83d", "\ude00 half", "\ud83d\ud83d\ude00" }[which];
        var strings = new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        var one = (JsonTypeInfo<string>)strings.GetTypeInfo(typeof(string));
        var keyed = (JsonTypeInfo<Dictionary<string, int>>)strings.GetTypeInfo(typeof(Dictionary<string, int>));
        var escaped = string.Concat(text.Select(character => $"\\u{(int)character:x4}"));
        NewEvent[] events =
        [
            new NewEvent<string>("bank.test:created@v1", "acme", text, one),
            new NewEvent<Dictionary<string, int>>("bank.test:created@v1", "acme", new() { [text] = 1 }, keyed),
            Event($"[\"{escaped}\"]"),
            Event($"{{\"{escaped}\":1}}"),
        ];
        Assert.All(events, given =>
        {
            var exception = Assert.Throws<PublishException>(() => EventWriter.Prepare(given, Time));
            Assert.Equal(HubCodes.EventMalformed, exception.Code);
            Assert.Equal("/data", Assert.Single(exception.Errors).Path);
        });
    }

    [Fact]
    public void Keeps_whole_characters_whatever_their_plane()
    {
        const string text = "Å\ud83d\ude00\ufffd";
        var strings = new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        var typeInfo = (JsonTypeInfo<string>)strings.GetTypeInfo(typeof(string));
        var prepared = EventWriter.Prepare(new NewEvent<string>("bank.test:created@v1", "acme", text, typeInfo), Time);
        Assert.Equal(text, Read(prepared).GetProperty("data").GetString());
    }

    [Fact]
    public void Tells_of_data_whose_class_throws_by_a_typed_exception_without_its_text()
    {
        var options = new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        var typeInfo = (JsonTypeInfo<Faulty>)options.GetTypeInfo(typeof(Faulty));
        var exception = Assert.Throws<PublishException>(
            () => EventWriter.Prepare(new NewEvent<Faulty>("bank.test:created@v1", "acme", new(), typeInfo), Time));
        Assert.Equal(HubCodes.EventMalformed, exception.Code);
        Assert.DoesNotContain("a private number", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_the_time_in_UTC_and_to_100_ns_where_there_is_more_than_milliseconds()
    {
        var time = new DateTimeOffset(2026, 1, 31, 10, 30, 0, TimeSpan.FromHours(1)).AddTicks(7);
        var prepared = EventWriter.Prepare(Event("{}") with { Time = time }, Time);
        Assert.Equal("2026-01-31T09:30:00.0000007Z", Read(prepared).GetProperty("time").GetString());
        Assert.Equal(time, prepared.Time);
    }

    [Fact]
    public void Carries_the_trace_that_it_is_published_in()
    {
        using var activity = new Activity("publish").SetIdFormat(ActivityIdFormat.W3C);
        activity.TraceStateString = "congo=t61rcWkgMzE";
        activity.Start();

        foreach (var prepared in new[] { EventWriter.Prepare(Event("{}"), Time), EventWriter.Prepare(Event("{}"), Time, activity) })
        {
            Assert.Equal(activity.Id, Read(prepared).GetProperty("traceparent").GetString());
            Assert.Equal("congo=t61rcWkgMzE", Read(prepared).GetProperty("tracestate").GetString());
        }
    }

    [Theory]
    [InlineData(600, 'b')]
    [InlineData(5, 'ü')]
    [InlineData(5, '\n')]
    public void Drops_a_trace_state_that_nobody_has_to_carry(int length, char character)
    {
        using var activity = new Activity("publish").SetIdFormat(ActivityIdFormat.W3C);
        activity.TraceStateString = "a=" + new string(character, length);
        activity.Start();

        var written = Read(EventWriter.Prepare(Event("{}"), Time));

        Assert.Equal(activity.Id, written.GetProperty("traceparent").GetString());
        Assert.False(written.TryGetProperty("tracestate", out _));
    }

    [Fact]
    public void Leaves_a_trace_with_other_ids_out_and_prefers_the_one_of_the_event()
    {
        using var activity = new Activity("publish").SetIdFormat(ActivityIdFormat.Hierarchical).Start();
        Assert.False(Read(EventWriter.Prepare(Event("{}"), Time)).TryGetProperty("traceparent", out _));

        const string own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        using var other = new Activity("publish").SetIdFormat(ActivityIdFormat.W3C).Start();
        var prepared = EventWriter.Prepare(Event("{}") with { TraceParent = own }, Time);
        Assert.Equal(own, Read(prepared).GetProperty("traceparent").GetString());
    }

    [Fact]
    public void Takes_a_type_that_it_does_not_know_of_a_module_that_it_does()
    {
        var prepared = EventWriter.Prepare(NewEvent.FromJson("bank.loan:granted@v1", "acme", Json("{}")), Time);
        Assert.Equal(("bank", "com.tidings.bank"), (prepared.Module, prepared.Source));
    }

    [Theory]
    [InlineData("bnak.transaction:created@v1", "Did you mean bank.transaction:created@v1?")]
    [InlineData("bank.transaction:craeted@v", "Did you mean bank.transaction:created@v1?")]
    [InlineData("bank.", "Did you mean bank.")]
    [InlineData("", "Did you mean ")]
    public void Refuses_another_type_and_names_the_one_that_was_probably_meant(string type, string advice)
    {
        var refusal = Refuse(NewEvent.FromJson(type, "acme", Json("{}")));
        Assert.Equal(HubCodes.EventTypeUnknown, refusal.Code);
        Assert.StartsWith(advice, refusal.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_a_type_beyond_all_measure_shortly()
    {
        var refusal = Refuse(NewEvent.FromJson(new string('x', 100_000), "acme", Json("{}")));
        Assert.InRange(refusal.Message.Length, 1, 500);
    }

    [Theory]
    [InlineData("9007199254740993", "/data/n", "found one near 9007199254740992")]
    [InlineData("123456789012345678901", "/data/n", "found one near 123456789012345680000")]
    [InlineData("1e400", "/data/n", "found one near Infinity")]
    public void Refuses_a_number_that_the_hub_could_not_keep(string number, string path, string message)
    {
        var refusal = Refuse(Event($$"""{"list":[{"a":1},[]],"n":{{number}}}"""));
        Assert.Equal(HubCodes.JsonNumberRefused, refusal.Code);
        var violation = Assert.Single(refusal.Errors);
        Assert.Equal(path, violation.Path);
        Assert.Contains(message, violation.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9007199254740992")]
    [InlineData("-9007199254740991")]
    [InlineData("100000000000000000000")]
    [InlineData("0.12345678901234567890123")]
    [InlineData("1.7976931348623157e308")]
    [InlineData("\"9007199254740993\"")]
    public void Takes_a_number_that_the_hub_can_keep(string number) =>
        Assert.Contains(number, Text(EventWriter.Prepare(Event($"[{number}]"), Time)), StringComparison.Ordinal);

    [Fact]
    public void Names_the_place_of_a_number_in_lists_of_lists()
    {
        var refusal = Refuse(Event("""{"a":[[1,{"x":[]}],[2,"t",{"b/c":[null,9007199254740993]}]]}"""));
        Assert.Equal("/data/a/1/2/b~1c/1", Assert.Single(refusal.Errors).Path);
    }

    [Fact]
    public void Refuses_data_that_JSON_cannot_hold_and_does_not_quote_it()
    {
        var typeInfo = JsonTypeInfo.CreateJsonTypeInfo<double>(JsonSerializerOptions.Default);
        var given = new NewEvent<double>(EventTypes.BankTestCreatedV1, "acme", double.NaN, typeInfo);
        var refusal = Refuse(given);
        Assert.Equal(HubCodes.EventMalformed, refusal.Code);
        Assert.Equal("/data", Assert.Single(refusal.Errors).Path);
        Assert.DoesNotContain("NaN", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_extensions_of_every_kind_that_there_is()
    {
        var prepared = EventWriter.Prepare(
            Event("{}") with
            {
                Extensions = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["byte"] = (byte)1, ["short"] = (short)-2, ["int"] = int.MinValue, ["long"] = 4L, ["whole"] = 5m,
                    ["double"] = 6.0, ["truth"] = true, ["json"] = Json("\"text\""), ["jsonnumber"] = Json("7"),
                },
            },
            Time);
        var written = Read(prepared);
        Assert.Equal(
            [1, -2, int.MinValue, 4, 5, 6, 7],
            new[] { "byte", "short", "int", "long", "whole", "double", "jsonnumber" }.Select(name => written.GetProperty(name).GetInt32()));
        Assert.True(written.GetProperty("truth").GetBoolean());
        Assert.Equal("text", written.GetProperty("json").GetString());
    }

    [Fact]
    public void Refuses_extensions_that_CloudEvents_has_not()
    {
        var refusal = Refuse(Event("{}") with
        {
            Extensions = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["large"] = long.MaxValue, ["half"] = 0.5m, ["date"] = DateTimeOffset.MaxValue, ["list"] = Json("[1]"),
            },
        });
        Assert.Equal(["/large", "/half", "/date", "/list"], refusal.Errors.Select(each => each.Path));
        Assert.All(refusal.Errors, each => Assert.StartsWith("expected ", each.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Says_under_which_id_the_event_was_refused() =>
        Assert.Equal("e 1", Refuse(Event("{}") with { Id = "e 1" }).EventId);

    [Fact]
    public void Writes_text_that_is_not_English_in_as_many_bytes_as_it_has()
    {
        var given = Event("\"æøå🦊\"") with { Id = "e1", Subject = "æøå🦊" };
        Assert.Equal(2, Text(EventWriter.Prepare(given, Time)).Split("æøå").Length - 1);
    }

    private static NewEvent<JsonElement> Event(string data) => NewEvent.FromJson(EventTypes.BankTestCreatedV1, "acme", Json(data));

    private static PublishException Refuse(NewEvent given) =>
        Assert.Throws<PublishException>(() => EventWriter.Prepare(given, Time));

    private static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;

    private static string Text(PreparedEvent prepared) => Encoding.UTF8.GetString(prepared.Json.Span);

    private static JsonElement Read(PreparedEvent prepared) => Json(Text(prepared));

    private sealed class Faulty
    {
        private readonly string _text = "a private number";

        public int Number => throw new FormatException(_text);
    }
}
