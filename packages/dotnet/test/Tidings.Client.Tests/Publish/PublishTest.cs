using System.Text.Json;

namespace Tidings.Client.Tests.Publish;

/// <summary>What tests of publishing need: a hub by script, a clock that they move, and an eye on what must not be seen.</summary>
public abstract class PublishTest : IDisposable
{
    protected const string Token = $"token-{SecretWatch.Secret}";

    private protected ManualTimeProvider Time { get; } = new();

    protected SecretWatch Watch { get; } = new();

    private protected ScriptedHub Hub { get; private set; } = null!;

    /// <summary>Why, and with which scopes, tokens were asked for.</summary>
    protected IList<TokenRequest> Asked { get; } = [];

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Hub?.Dispose();
            Watch.Dispose();
        }
    }

    private protected TidingsApiClient ClientOf(params Reaction[] script) => ClientOf(() => new(Token), null, script);

    private protected TidingsApiClient ClientOf(
        Func<ValueTask<string>> token, PublishTiming? timing = null, params Reaction[] script) =>
        ClientOf(new FunctionTokens(request =>
        {
            Asked.Add(request);
            return token();
        }), timing, () => 0.5, script);

    private protected TidingsApiClient ClientOf(
        ITokenSource tokens, PublishTiming? timing, Func<double> random, params Reaction[] script)
    {
        Hub = new ScriptedHub(Time, script);
        var options = new TidingsApiOptions
        {
            ApiUrl = "https://hub.example/v1/",
            Timing = timing ?? PublishTiming.Default,
            Random = random,
        };
        return new TidingsApiClient(
            new HttpClient(Hub) { Timeout = Timeout.InfiniteTimeSpan }, options, tokens, Watch.LoggerOf<TidingsApiClient>(), Time);
    }

    /// <summary>Lets time pass until a call has ended, and looks whether it leaves timers behind.</summary>
    private protected async Task<T> Run<T>(Task<T> call)
    {
        // Without one, what a timer sets going has gone as far as it can before the next timer fires.
        SynchronizationContext.SetSynchronizationContext(null);
        while (!call.IsCompleted && Time.AdvanceToNext(TimeSpan.FromHours(1)))
        {
        }

        var result = await call.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, Time.PendingTimers);
        if (result is PublishResult told)
        {
            Watch.See(told);
        }

        return result;
    }

    private protected async Task<PublishException> Refusal(Task<PublishedEvent> call)
    {
        var exception = await Assert.ThrowsAsync<PublishException>(() => Run(call));
        Watch.See(exception);
        Assert.Equal(0, Time.PendingTimers);
        Assert.NotEmpty(exception.Advice);
        return exception;
    }

    private protected static NewEvent BankEvent(string? id = null, string lastName = "Doe") =>
        NewEvent.FromJson("bank.test:created@v1", "acme", DataOf(lastName)) with { Id = id };

    private protected static IReadOnlyList<NewEvent> BankEvents(int count) =>
        [.. Enumerable.Range(0, count).Select(index => BankEvent($"{index}"))];

    private protected static NewEvent CommunityEvent(string? id = null) =>
        NewEvent.FromJson("community.member:left@v1", "acme", DataOf("Doe")) with { Id = id };

    private static JsonElement DataOf(string lastName) => JsonDocument.Parse(
        $$"""{"firstName":"{{SecretWatch.Secret}}","lastName":"{{lastName}}","favoriteColor":"Red"}""").RootElement;

    private sealed class FunctionTokens(Func<TokenRequest, ValueTask<string>> token) : ITokenSource
    {
        public ValueTask<string> GetTokenAsync(TokenRequest request, CancellationToken cancellationToken) => token(request);
    }
}
