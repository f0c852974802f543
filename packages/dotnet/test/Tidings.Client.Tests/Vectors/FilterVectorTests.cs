using System.Text.Json;

namespace Tidings.Client.Tests.Vectors;

public sealed class FilterVectorTests
{
    private static readonly JsonElement File = VectorFile.Read("filters.json");

    public static TheoryData<string> Parsed => VectorFile.NamesIn(File, "parsing");

    public static TheoryData<string> ParsedAndTyped =>
        NamesWhere(vector => Typed(vector.GetProperty("filter")) is not null);

    public static TheoryData<string> ParsedAndWritten => NamesWhere(vector => vector.TryGetProperty("parsed", out _));

    public static TheoryData<string> Matched => VectorFile.NamesIn(File, "matching", "asks");

    [Theory]
    [MemberData(nameof(Parsed))]
    public void A_filter_is_taken_or_has_the_violations_that_the_vector_names(string name)
    {
        var vector = VectorFile.Find(File, "parsing", name);
        Assert.Equal(
            VectorFile.ViolationsOf(vector.GetProperty("violations")),
            FilterRules.Parse(vector.GetProperty("filter"), out _));
    }

    [Theory]
    [MemberData(nameof(ParsedAndWritten))]
    public void A_filter_that_is_taken_keeps_the_lists_that_ask_for_something(string name)
    {
        var vector = VectorFile.Find(File, "parsing", name);
        Assert.Empty(FilterRules.Parse(vector.GetProperty("filter"), out var filter));
        Assert.True(JsonElement.DeepEquals(vector.GetProperty("parsed"), Write(filter)), Write(filter).GetRawText());
    }

    [Theory]
    [MemberData(nameof(ParsedAndTyped))]
    public void A_filter_of_a_program_has_the_same_violations(string name)
    {
        var vector = VectorFile.Find(File, "parsing", name);
        var filter = Typed(vector.GetProperty("filter"))!;
        Assert.Equal(VectorFile.ViolationsOf(vector.GetProperty("violations")), FilterRules.Check(filter));
    }

    [Theory]
    [MemberData(nameof(Matched))]
    public void A_filter_matches_what_the_vector_says(string asks)
    {
        var vector = VectorFile.Find(File, "matching", asks, "asks");
        Assert.Empty(FilterRules.Parse(vector.GetProperty("filter"), out var filter));
        var recorded = vector.GetProperty("event");

        var matches = CompiledFilter.Compile(filter).Matches(
            recorded.GetProperty("type").GetString()!,
            recorded.TryGetProperty("subject", out var subject) ? subject.GetString() : null,
            VectorFile.StringsOf(recorded, "organizations"));

        Assert.Equal(vector.GetProperty("matches").GetBoolean(), matches);
    }

    private static TheoryData<string> NamesWhere(Predicate<JsonElement> isMeant) =>
        [
            .. File.GetProperty("parsing").EnumerateArray()
                .Where(vector => isMeant(vector))
                .Select(vector => vector.GetProperty("name").GetString()!),
        ];

    /// <summary>The filter as a program has it; null where the types of .NET do not let it say so.</summary>
    private static EventFilter? Typed(JsonElement given)
    {
        string[] lists = ["types", "entities", "actions", "organizations", "subjects"];
        var isTyped = given.ValueKind == JsonValueKind.Object && given.EnumerateObject().All(member =>
            lists.Contains(member.Name, StringComparer.Ordinal)
            && member.Value.ValueKind == JsonValueKind.Array
            && member.Value.EnumerateArray().All(value => value.ValueKind is JsonValueKind.String or JsonValueKind.Null));
        return isTyped
            ? new EventFilter
            {
                Types = ListOf(given, "types"),
                Entities = ListOf(given, "entities"),
                Actions = ListOf(given, "actions"),
                Organizations = ListOf(given, "organizations"),
                Subjects = ListOf(given, "subjects"),
            }
            : null;
    }

    private static IReadOnlyList<string>? ListOf(JsonElement given, string name) =>
        given.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(value => value.GetString()!)] : null;

    private static JsonElement Write(EventFilter filter)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            FilterRules.Write(writer, filter);
        }

        return JsonDocument.Parse(buffer.ToArray()).RootElement;
    }
}
