using System.Text.Json;

namespace Tidings.Client.Tests.Vectors;

public sealed class PatternVectorTests
{
    private static readonly JsonElement File = VectorFile.Read("patterns.json");

    public static TheoryData<string> Types => VectorFile.NamesIn(File, "types", "type");

    public static TheoryData<string> Patterns => VectorFile.NamesIn(File, "patterns", "pattern");

    [Theory]
    [MemberData(nameof(Types))]
    public void A_type_has_the_parts_that_the_vector_names(string type)
    {
        var parts = VectorFile.Find(File, "types", type, "type").GetProperty("parts");
        var expected = parts.ValueKind == JsonValueKind.Null
            ? null
            : new EventTypeName(
                parts.GetProperty("module").GetString()!,
                parts.GetProperty("entity").GetString()!,
                parts.GetProperty("action").GetString()!,
                parts.GetProperty("version").GetInt32());

        Assert.Equal(expected is not null, EventTypeName.TryParse(type, out var found));
        Assert.Equal(expected, found);
        Assert.Equal(found is null ? null : type, found?.ToString());
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public void A_pattern_matches_what_the_vector_says_and_nothing_else(string pattern)
    {
        var vector = VectorFile.Find(File, "patterns", pattern, "pattern");
        var compiled = EventPattern.Compile(pattern);
        Assert.All(VectorFile.StringsOf(vector, "matches")!, type => Assert.True(compiled.Matches(type), type));
        Assert.All(VectorFile.StringsOf(vector, "others")!, type => Assert.False(compiled.Matches(type), type));
        Assert.Equal(pattern, compiled.ToString());
    }
}
