using System.Net;
using System.Text.Json;

namespace Tidings.Client.Tests.Live;

public sealed class LargeEventTests
{
    private const string Url = "https://hub.example/v1/events/event-2";

    [Fact]
    public async Task Are_fetched_with_the_token_of_the_socket_before_they_are_handed_over()
    {
        using var api = new Api(_ => Answer(HttpStatusCode.OK, Whole()));
        await using var test = Start(api);
        var events = await test.UntilAsync(ReadAsync(test, 3));
        Assert.Equal([1, 2, 3], events.Select(one => one.Sequence));
        Assert.Equal(2, events[1].Data.GetProperty("number").GetInt32());
        Assert.Equal([$"Bearer token-Connect {Url}"], api.Asked);
        Assert.Empty(test.Errors);
    }

    [Fact]
    public async Task Are_tried_again_until_they_come_with_a_new_token_if_the_last_was_refused()
    {
        using var api = new Api(
            _ => throw new HttpRequestException("no network"),
            _ => Answer(HttpStatusCode.InternalServerError, "{}"),
            _ => Answer(HttpStatusCode.Unauthorized, "{}"),
            _ => Answer(HttpStatusCode.OK, "no event"),
            _ => Answer(HttpStatusCode.OK, Whole()));
        await using var test = Start(api);
        var events = await test.UntilAsync(ReadAsync(test, 2));
        Assert.Equal(JsonValueKind.Object, events[1].Data.ValueKind);
        Assert.Equal(
            ["token-Connect", "token-Connect", "token-Connect", "token-Refused", "token-Refused"],
            api.Asked.Select(one => one.Split(' ')[1]));
        Assert.All(test.Errors, error => Assert.Equal((ErrorCodes.DataFailed, "event-2"), (error.Code, error.EventId)));
        Assert.Equal(4, test.Errors.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, ErrorCodes.DataGone)]
    [InlineData(HttpStatusCode.Gone, ErrorCodes.DataGone)]
    [InlineData(HttpStatusCode.Forbidden, ErrorCodes.DataRefused)]
    public async Task Come_without_data_if_there_is_none_for_us(HttpStatusCode status, string code)
    {
        using var api = new Api(_ => Answer(status, "{}"));
        await using var test = Start(api);
        var events = await test.UntilAsync(ReadAsync(test, 2));
        Assert.Equal((JsonValueKind.Undefined, Url), (events[1].Data.ValueKind, events[1].DataRef));
        var error = Assert.Single(test.Errors);
        Assert.Equal((code, (int)status), (error.Code, error.Status));
    }

    [Fact]
    public async Task Are_not_fetched_from_elsewhere_because_the_token_is_nobody_elses_business()
    {
        using var api = new Api(_ => Answer(HttpStatusCode.OK, Whole()));
        await using var test = Start(api, "https://hub.example:444/v1/events/event-2");
        var events = await test.UntilAsync(ReadAsync(test, 2));
        Assert.Equal(JsonValueKind.Undefined, events[1].Data.ValueKind);
        Assert.Empty(api.Asked);
    }

    [Fact]
    public async Task Are_not_waited_for_at_the_end()
    {
        using var api = new Api(_ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
        var test = Start(api);
        await test.UntilAsync(ReadAsync(test, 1));
        var reading = ReadAsync(test, 2);
        await test.UntilAsync(() => api.Asked.Count > 1);
        await test.DisposeAsync();
        Assert.Single(await reading);
        Assert.Equal(0, test.PendingTimers);
    }

    private static LiveUnderTest Start(Api api, string url = Url)
    {
        var http = new HttpClient(api, disposeHandler: false);
        var test = new LiveUnderTest(options => options with { ApiUrl = "https://hub.example/v1" }, http);
        test.Hub.Large[2] = url;
        test.Hub.Publish(3);
        return test;
    }

    private static async Task<List<RecordedEvent>> ReadAsync(LiveUnderTest test, int count)
    {
        List<RecordedEvent> read = [];
        await foreach (var recorded in test.Live.ReadAllAsync())
        {
            read.Add(recorded);
            if (read.Count == count)
            {
                break;
            }
        }

        return read;
    }

    private static string Whole() => JsonSerializer.Serialize(Recorded.Wire(2));

    private static HttpResponseMessage Answer(HttpStatusCode status, string text) =>
        new(status) { Content = new StringContent(text) };

    /// <summary>Answers as its script says, the last part of it again and again.</summary>
    private sealed class Api(params Func<HttpRequestMessage, HttpResponseMessage>[] script) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add($"{request.Headers.Authorization} {request.RequestUri}");
            return Task.FromResult(script[Math.Min(Asked.Count, script.Length) - 1](request));
        }
    }
}
