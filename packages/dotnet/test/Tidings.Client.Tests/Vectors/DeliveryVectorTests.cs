using System.Text.Json;

namespace Tidings.Client.Tests.Vectors;

public sealed class DeliveryVectorTests
{
    private static readonly JsonElement File = VectorFile.Read("deliveries.json");

    public static TheoryData<string> Names => VectorFile.NamesIn(File, "vectors");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_client_does_what_the_vector_says(string name)
    {
        var vector = VectorFile.Find(File, "vectors", name);
        var player = new DeliveryPlayer(vector.GetProperty("options"));
        foreach (var (index, step) in vector.GetProperty("steps").EnumerateArray().Index())
        {
            var failure = await Record.ExceptionAsync(() => player.PlayAsync(step));
            Assert.True(failure is null, $"Step {index + 1}, {step.GetRawText()}: {failure?.Message}");
        }

        await player.EndAsync();
    }
}
