using System.Text;
using System.Text.Json;

namespace Tidings.Client.Tests.Events;

public sealed class EventReaderTests
{
    private const string Whole = """
        {"specversion":"1.0","id":"e1","source":"com.tidings.bank","type":"bank.test:created@v1","tenantid":"acme",
        "time":"2026-01-31T09:30:00.123456789+05:30","recordedtime":"2026-01-31T04:00:01Z","sequence":"00000000000000000042",
        "subject":"test/1","organizationids":"o1,o;2","userids":"u1","roleids":"r1","actorid":"a1","correlationid":"c1",
        "causationid":"e0","traceparent":"00-1","tracestate":"x=y","datacontenttype":"application/json",
        "dataschema":"https://schemas.example.com/x","dataref":"/events/e1","region":"eu","size":3,"data":{"a":[1]}}
        """;

    [Fact]
    public void Reads_everything_that_an_event_says()
    {
        var recorded = Read(Whole);
        Assert.Equal(("e1", "bank.test:created@v1", "com.tidings.bank", "acme", 42L),
            (recorded.Id, recorded.Type, recorded.Source, recorded.TenantId, recorded.Sequence));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.FromMinutes(330)).AddTicks(1234567), recorded.Time);
        Assert.Equal(TimeSpan.FromMinutes(330), recorded.Time.Offset);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 4, 0, 1, TimeSpan.Zero), recorded.RecordedTime);
        Assert.Equal(["o1", "o;2"], recorded.OrganizationIds);
        Assert.Equal(["u1"], recorded.UserIds);
        Assert.Equal(["r1"], recorded.RoleIds);
        Assert.Equal(("test/1", "a1", "c1", "e0"), (recorded.Subject, recorded.ActorId, recorded.CorrelationId, recorded.CausationId));
        Assert.Equal(("00-1", "x=y"), (recorded.TraceParent, recorded.TraceState));
        Assert.Equal(("application/json", "https://schemas.example.com/x", "/events/e1"),
            (recorded.DataContentType, recorded.DataSchema, recorded.DataRef));
        Assert.Equal(["region", "size"], recorded.Extensions.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(3, recorded.Extensions["size"].GetInt32());
        Assert.Equal("""{"a":[1]}""", recorded.Data.GetRawText());
    }

    [Fact]
    public void Leaves_absent_what_the_event_does_not_say()
    {
        var recorded = Read("""
            {"id":"e1","source":"s","type":"t","tenantid":"a","time":"2026-01-31T09:30:00Z",
            "recordedtime":"2026-01-31T09:30:00Z","sequence":"1","subject":null}
            """);
        Assert.Null(recorded.Subject);
        Assert.Null(recorded.OrganizationIds);
        Assert.Empty(recorded.Extensions);
        Assert.Equal(JsonValueKind.Undefined, recorded.Data.ValueKind);
    }

    [Fact]
    public void Keeps_its_data_when_the_document_is_gone()
    {
        RecordedEvent? recorded;
        using (var document = JsonDocument.Parse(Whole))
        {
            Assert.True(EventReader.TryRead(document.RootElement, out recorded, out _));
        }

        Assert.Equal(1, recorded.Data.GetProperty("a")[0].GetInt32());
        Assert.Equal("eu", recorded.Extensions["region"].GetString());
    }

    [Theory]
    [InlineData("2026-01-31T09:30:00+23:59", "2026-01-30T09:31:00.0000000+00:00")]
    [InlineData("0000-02-29T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:59:59-10:00", "9999-12-31T23:59:59.9999999+00:00")]
    [InlineData("0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00.0000000+00:00")]
    public void Comes_as_near_as_it_can_to_a_time_that_DateTimeOffset_cannot_hold(string time, string expected)
    {
        var recorded = Read(Whole.Replace("2026-01-31T09:30:00.123456789+05:30", time, StringComparison.Ordinal));
        Assert.Equal(expected, recorded.Time.ToString("O"));
    }

    [Theory]
    [InlineData("[]", "object")]
    [InlineData("""{"id":7}""", "id, type, source and tenantid")]
    [InlineData("""{"id":"e","type":"t","source":"s","tenantid":"a","sequence":"-1"}""", "sequence")]
    [InlineData("""{"id":"e","type":"t","source":"s","tenantid":"a","sequence":7}""", "sequence")]
    [InlineData("""{"id":"e","type":"t","source":"s","tenantid":"a","sequence":"99999999999999999999"}""", "sequence")]
    [InlineData("""{"id":"e","type":"t","source":"s","tenantid":"a","sequence":"1","time":"now"}""", "time")]
    public void Says_what_is_missing_in_what_is_no_event(string json, string named)
    {
        using var document = JsonDocument.Parse(json);
        Assert.False(EventReader.TryRead(document.RootElement, out var recorded, out var problem));
        Assert.Null(recorded);
        Assert.Contains(named, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_half_of_a_character_as_it_came()
    {
        var recorded = Read(Whole.Replace("test/1", "a\\ud800\\n", StringComparison.Ordinal));
        Assert.Equal("a\ud800\n", recorded.Subject);
    }

    [Fact]
    public void Reads_again_what_the_writer_wrote()
    {
        var given = NewEvent.FromJson("bank.test:created@v1", "acme", JsonDocument.Parse("""{"a":"ünïcode"}""").RootElement) with
        {
            Id = "e1",
            UserIds = ["alice", "b;ob"],
            Extensions = new Dictionary<string, object>(StringComparer.Ordinal) { ["region"] = "eu", ["hot"] = true },
        };
        var now = new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.Zero).AddTicks(5);
        var json = Encoding.UTF8.GetString(EventWriter.Prepare(given, new ManualTimeProvider(now)).Json.Span);

        var recorded = Read(json.Insert(json.Length - 1, ""","sequence":"1","recordedtime":"2026-01-31T09:30:00Z" """));

        Assert.Equal(now, recorded.Time);
        Assert.Equal(given.UserIds, recorded.UserIds);
        Assert.Equal("ünïcode", recorded.Data.GetProperty("a").GetString());
        Assert.Equal(["hot", "region"], recorded.Extensions.Keys.Order(StringComparer.Ordinal));
    }

    private static RecordedEvent Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.True(EventReader.TryRead(document.RootElement, out var recorded, out var problem), problem);
        return recorded;
    }
}
