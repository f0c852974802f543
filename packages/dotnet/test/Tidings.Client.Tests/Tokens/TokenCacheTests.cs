using System.Text;
using Tidings.Client.Tests.Publish;

namespace Tidings.Client.Tests.Tokens;

public sealed class TokenCacheTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly SecretWatch _watch = new();
    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _asked = [];
    private readonly Queue<Func<Task<TokenGrant>>> _script = new();
    private readonly TokenCache _cache;

    public TokenCacheTests() => _cache = new TokenCache(
        (scopes, _) =>
        {
            _asked.Add(string.Join(' ', scopes));
            return _script.Count > 0 ? _script.Dequeue()() : Task.FromResult(new TokenGrant($"token-{_asked.Count}", Hour));
        },
        _time,
        () => 0.5,
        _watch.LoggerOf<TokenCache>());

    public void Dispose() => _watch.Dispose();

    [Fact]
    public async Task Tokens_are_kept_by_set_of_scopes_in_whatever_order()
    {
        Assert.Equal("token-1", await Get("bank", "community"));
        Assert.Equal("token-1", await Get("community", "bank", "bank"));
        Assert.Equal("token-2", await Get("bank"));
        Assert.Equal(["bank community", "bank"], _asked);
    }

    [Fact]
    public async Task Are_asked_for_once_whoever_waits_and_whoever_goes()
    {
        var promise = new TaskCompletionSource<TokenGrant>();
        _script.Enqueue(() => promise.Task);
        using var stop = new CancellationTokenSource();
        var goes = _cache.GetAsync(new TokenRequest(TokenReason.Connect, ["bank"]), stop.Token);
        var waiting = Enumerable.Range(0, 20).Select(_ => Get("bank")).ToList();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => goes);
        promise.SetResult(new TokenGrant("the one", Hour));
        Assert.All(await Task.WhenAll(waiting), token => Assert.Equal("the one", token));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Are_renewed_before_they_end()
    {
        await Get("bank");

        // Chance is a half here: a minute and a half before the hour is over.
        _time.Advance(Hour - TimeSpan.FromSeconds(90) - TimeSpan.FromTicks(1));
        Assert.Equal("token-1", await Get("bank"));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("token-2", await Get("bank"));
    }

    [Fact]
    public async Task Are_used_to_their_end_if_the_issuer_fails_when_they_are_to_be_renewed_and_no_longer()
    {
        await Get("bank");
        _script.Enqueue(() => throw Away());
        _script.Enqueue(() => Task.FromException<TokenGrant>(Away()));
        _time.Advance(Hour - TimeSpan.FromSeconds(1));
        Assert.Equal("token-1", await Get("bank"));
        Assert.Contains(_watch.Logs, text => text.Contains("could not be renewed", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TokenException>(() => Get("bank"));
        Assert.Equal("token-4", await Get("bank"));
    }

    [Fact]
    public async Task Are_not_kept_if_they_have_ended_already()
    {
        _script.Enqueue(() => Task.FromResult(new TokenGrant("token-1", TimeSpan.Zero)));
        await Get("bank");
        Assert.Equal("token-2", await Get("bank"));
    }

    [Fact]
    public async Task Are_believed_when_they_say_themselves_when_they_end_and_used_for_minutes_if_nobody_does()
    {
        var end = (_time.GetUtcNow() + TimeSpan.FromSeconds(1000)).ToUnixTimeSeconds();
        var payload = Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"exp":{{end}}}""")).TrimEnd('=');
        _script.Enqueue(() => Task.FromResult(new TokenGrant($"a.{payload}.c", null)));
        _script.Enqueue(() => Task.FromResult(new TokenGrant("opaque", null)));
        await Get();
        _time.Advance(TimeSpan.FromSeconds(1000 - 89));
        Assert.Equal("opaque", await Get());
        _time.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal("opaque", await Get());
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("token-3", await Get());
    }

    [Fact]
    public async Task Are_dropped_once_they_are_refused_those_alone()
    {
        await Get("bank");
        await Get("community");
        Assert.Equal("token-3", await Get(TokenReason.Refused, "bank"));
        Assert.Equal("token-2", await Get("community"));
        Assert.Equal("token-3", await Get("bank"));
    }

    [Fact]
    public async Task Are_not_used_to_their_end_if_they_are_refused_meanwhile()
    {
        await Get("bank");
        _time.Advance(Hour - TimeSpan.FromSeconds(10));
        var renewal = new TaskCompletionSource<TokenGrant>();
        _script.Enqueue(() => renewal.Task);
        var waiting = Get("bank");
        var refused = Get(TokenReason.Refused, "bank");
        renewal.SetException(Away());
        await Assert.ThrowsAsync<TokenException>(() => waiting);
        await Assert.ThrowsAsync<TokenException>(() => refused);
    }

    [Fact]
    public async Task Are_new_for_a_socket_whose_token_ends_soon_and_none_is_better_than_the_old_one()
    {
        await Get("bank");
        Assert.Equal("token-2", await Get(TokenReason.Renew, "bank"));
        _script.Enqueue(() => throw Away());
        await Assert.ThrowsAsync<TokenException>(() => Get(TokenReason.Renew, "bank"));
        Assert.Equal("token-2", await Get("bank"));
    }

    [Fact]
    public async Task Are_not_waited_for_without_end()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        _script.Enqueue(() => new TaskCompletionSource<TokenGrant>().Task);
        var waiting = Get("bank");
        _time.Advance(TokenCache.Limit);
        var exception = await Assert.ThrowsAsync<TokenException>(() => waiting);
        Assert.True(exception.IsRetryable);
        Assert.Contains("30000 ms", exception.Detail, StringComparison.Ordinal);
        Assert.Equal("token-2", await Get("bank"));
    }

    private static TokenException Away() =>
        new(new TidingsProblem(ErrorCodes.TokenFailed, "The issuer is away") { IsRetryable = true });

    private Task<string> Get(params string[] scopes) => Get(TokenReason.Connect, scopes);

    private Task<string> Get(TokenReason reason, params string[] scopes) =>
        _cache.GetAsync(new TokenRequest(reason, scopes), CancellationToken.None);
}
