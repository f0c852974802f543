using System.Text;

namespace Tidings.Client.Tests.Delivery;

public sealed class HubFrameReaderTests
{
    /// <summary>An event may be nested so deep. Source: LIMITS.jsonDepth of the hub.</summary>
    private const int DeepestEvent = 64;

    [Fact]
    public void Reads_an_event_that_is_as_deep_as_the_hub_takes_it()
    {
        // The event itself is one level.
        var data = new StringBuilder().Append('[', DeepestEvent - 1).Append(']', DeepestEvent - 1);
        var text = $$"""
            {"type":"events","from":1,"through":1,"events":[
              {"specversion":"1.0","id":"e","source":"com.tidings.bank","type":"bank.test:created@v1","tenantid":"acme",
               "time":"2026-01-31T09:30:00Z","recordedtime":"2026-01-31T09:30:01Z","sequence":"1","data":{{data}}}]}
            """;
        var frame = Assert.IsType<HubFrame.Events>(HubFrameReader.Read(text));
        Assert.Equal(1, Assert.Single(frame.List).Sequence);
    }

    [Fact]
    public void Reads_text_with_half_a_character()
    {
        var frame = Assert.IsType<HubFrame.Error>(HubFrameReader.Read("""{"type":"error","code":"X","message":"a\ud800b"}"""));
        Assert.Equal("a\ud800b", frame.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("{\"type\":\"subscribed\"}")]
    [InlineData("{\"type\":\"acked\",\"cursor\":7}")]
    public void Says_what_is_no_frame(string text) =>
        Assert.True(Record.Exception(() => HubFrameReader.Read(text)) is FormatException or System.Text.Json.JsonException);
}
