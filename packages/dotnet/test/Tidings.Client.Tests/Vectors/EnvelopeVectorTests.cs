using System.Text.Json;

namespace Tidings.Client.Tests.Vectors;

public sealed class EnvelopeVectorTests
{
    private static readonly JsonElement File = VectorFile.Read("envelopes.json");

    public static TheoryData<string> Names => VectorFile.NamesIn(File, "vectors");

    [Theory]
    [MemberData(nameof(Names))]
    public void An_event_has_the_violations_that_the_vector_names(string name)
    {
        var vector = VectorFile.Find(File, "vectors", name);
        Assert.Equal(
            VectorFile.ViolationsOf(vector.GetProperty("violations")),
            EnvelopeRules.Check(vector.GetProperty("event")));
    }
}
