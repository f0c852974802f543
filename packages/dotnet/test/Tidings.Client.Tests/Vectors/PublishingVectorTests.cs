using System.Text.Json;

namespace Tidings.Client.Tests.Vectors;

public sealed class PublishingVectorTests
{
    private static readonly JsonElement File = VectorFile.Read("publishing.json");

    /// <summary>Attributes that a vector may give; any other would be left out unseen.</summary>
    private static readonly string[] Known =
    [
        "type", "tenantid", "id", "data", "time", "subject", "organizationids", "userids", "roleids", "actorid",
        "correlationid", "causationid", "traceparent", "tracestate", "dataschema", "extensions",
    ];

    public static TheoryData<string> Accepted => NamesWith("accepted");

    public static TheoryData<string> Written => NamesWith("written");

    public static TheoryData<string> Refused => NamesWith("refused");

    [Theory]
    [MemberData(nameof(Accepted))]
    public void An_event_is_taken(string name)
    {
        var prepared = Prepare(VectorFile.Find(File, "vectors", name));
        Assert.Empty(EnvelopeRules.Check(Parse(prepared.Json)));
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void An_event_is_written_as_the_vector_says(string name)
    {
        var vector = VectorFile.Find(File, "vectors", name);
        var prepared = Prepare(vector);
        var found = Parse(prepared.Json);

        Assert.True(JsonElement.DeepEquals(vector.GetProperty("written"), found), found.GetRawText());
        Assert.Equal(found.GetProperty("id").GetString(), prepared.Id);
        Assert.Equal(found.GetProperty("type").GetString(), prepared.Type);
        Assert.Equal(found.GetProperty("source").GetString(), prepared.Source);
        Assert.Equal(found.GetProperty("time").GetDateTimeOffset(), prepared.Time);
        Assert.StartsWith(prepared.Module + ".", prepared.Type, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void An_event_is_refused_with_what_the_vector_names(string name)
    {
        var vector = VectorFile.Find(File, "vectors", name);
        var expected = vector.GetProperty("refused");

        var refusal = Assert.Throws<PublishException>(() => Prepare(vector));

        Assert.Equal(expected.GetProperty("code").GetString(), refusal.Code);
        Assert.Equal(PublishOutcome.NotAccepted, refusal.Outcome);
        Assert.Equal(PathsOf(expected), refusal.Errors.Select(each => each.Path));
        Assert.Equal(MessagesOf(expected, refusal), refusal.Errors.Select(each => each.Message));
    }

    private static TheoryData<string> NamesWith(string member) =>
        [
            .. File.GetProperty("vectors").EnumerateArray()
                .Where(vector => vector.TryGetProperty(member, out _))
                .Select(vector => vector.GetProperty("name").GetString()!),
        ];

    private static IEnumerable<string> PathsOf(JsonElement expected) =>
        VectorFile.StringsOf(expected, "paths")
        ?? VectorFile.ViolationsOf(expected.GetProperty("errors")).Select(each => each.Path);

    /// <summary>Some messages may differ between the packages: then only paths are given.</summary>
    private static IEnumerable<string> MessagesOf(JsonElement expected, PublishException refusal) =>
        expected.TryGetProperty("errors", out var errors)
            ? VectorFile.ViolationsOf(errors).Select(each => each.Message)
            : refusal.Errors.Select(each => each.Message);

    private static PreparedEvent Prepare(JsonElement vector) =>
        EventWriter.Prepare(
            NewEventOf(vector.GetProperty("given")),
            new ManualTimeProvider(File.GetProperty("now").GetDateTimeOffset()));

    private static JsonElement Parse(ReadOnlyMemory<byte> json) =>
        JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 512 }).RootElement;

    private static NewEvent NewEventOf(JsonElement given)
    {
        Assert.All(given.EnumerateObject(), attribute => Assert.Contains(attribute.Name, Known));
        var data = given.TryGetProperty("data", out var found) ? found : default;
        return NewEvent.FromJson(TextOf(given, "type")!, TextOf(given, "tenantid")!, data) with
        {
            Id = TextOf(given, "id"),
            Time = given.TryGetProperty("time", out var time) ? time.GetDateTimeOffset() : null,
            Subject = TextOf(given, "subject"),
            OrganizationIds = VectorFile.StringsOf(given, "organizationids"),
            UserIds = VectorFile.StringsOf(given, "userids"),
            RoleIds = VectorFile.StringsOf(given, "roleids"),
            ActorId = TextOf(given, "actorid"),
            CorrelationId = TextOf(given, "correlationid"),
            CausationId = TextOf(given, "causationid"),
            TraceParent = TextOf(given, "traceparent"),
            TraceState = TextOf(given, "tracestate"),
            DataSchema = TextOf(given, "dataschema"),
            Extensions = given.TryGetProperty("extensions", out var extensions)
                ? extensions.EnumerateObject().ToDictionary(
                    each => each.Name,
                    each => JsonText.ValueOf(each.Value)!,
                    StringComparer.Ordinal)
                : null,
        };
    }

    private static string? TextOf(JsonElement given, string name) =>
        given.TryGetProperty(name, out var text) ? JsonText.StringOf(text) : null;
}
