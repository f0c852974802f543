using Tidings.Client.Tests.EventBridge;

namespace Tidings.Client.Tests;

public sealed class OptionsExceptionTests
{
    private const string Api = "https://hub.example";
    private static readonly HttpClient Http = new();
    private static readonly FakeTokens Tokens = new();
    private static readonly DeliveryTiming Endless = new() { Attempt = Timeout.InfiniteTimeSpan };

    public static TheoryData<string> Clients => [.. Wrong.Keys];

    private static Dictionary<string, Func<object>> Wrong { get; } = new()
    {
        ["API"] = () => new TidingsApiClient(Http, new() { ApiUrl = $"{Api}?a=b" }, Tokens),
        ["API, times"] = () => new TidingsApiClient(Http, new() { ApiUrl = Api, Timing = new() { Attempts = 0 } }, Tokens),
        ["bus"] = () => new TidingsBusClient(new() { Buses = Buses.OfEnvironment("a b") }, new ScriptedBus()),
        ["bus, times"] = () => new TidingsBusClient(
            new() { Buses = Buses.OfEnvironment("dev"), Timing = new() { Attempts = 0 } }, new ScriptedBus()),
        ["tokens"] = () => new ClientCredentialsTokenSource(
            Http, new() { ClientId = "a", ClientSecret = "b", TokenUrl = "http://id.example" }),
        ["live"] = () => new TidingsLive(new() { SocketUrl = Api }, Tokens),
        ["live, API"] = () => new TidingsLive(new() { SocketUrl = "wss://hub.example", ApiUrl = $"{Api}#a" }, Tokens),
        ["live, times"] = () => new TidingsLive(new() { SocketUrl = "wss://hub.example", Timing = Endless }, Tokens),
        ["live, queue"] = () => new TidingsLive(new() { SocketUrl = "wss://hub.example", Timing = new() { Queue = 0 } }, Tokens),
        ["subscription"] = () => new TidingsSubscription(Http, new() { ApiUrl = $"{Api}?a=b", Name = "a" }, Tokens),
        ["subscription, times"] = () => new TidingsSubscription(
            Http, new() { ApiUrl = Api, Name = "a", Timing = Endless }, Tokens),
        ["subscriptions"] = () => new TidingsSubscriptions(Http, new() { ApiUrl = "http://hub.example" }, Tokens),
        ["history"] = () => new TidingsHistory(Http, new() { ApiUrl = Api, Timing = new() { Attempts = 0 } }, Tokens),
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public void Is_what_every_client_throws_that_cannot_be_made(string client)
    {
        var exception = Assert.Throws<OptionsException>(Wrong[client]);
        Assert.Equal(ErrorCodes.OptionsInvalid, exception.Code);
        Assert.False(exception.IsRetryable);
        Assert.NotEmpty(exception.Advice);
    }
}
