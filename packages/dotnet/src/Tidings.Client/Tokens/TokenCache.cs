using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>Tokens by set of scopes: asked for once whoever waits for them, and renewed before they end.</summary>
internal sealed class TokenCache(
    Func<IReadOnlyList<string>, CancellationToken, Task<TokenGrant>> ask,
    TimeProvider timeProvider,
    Func<double> random,
    ILogger logger)
{
    /// <summary>Longest wait for an issuer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>A token is renewed so long before it ends, or after three quarters of it if it is short.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>How long a token is used that does not say when it ends. Once it is refused, there is a new one anyway.</summary>
    private static readonly TimeSpan UnknownLife = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<string>> _underWay = new(StringComparer.Ordinal);

    /// <summary>A token with the scopes. Who ends the call does not end it for others who wait for the same one.</summary>
    /// <exception cref="TokenException">None could be had.</exception>
    public async Task<string> GetAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = string.Join(" ", request.Scopes.Distinct(StringComparer.Ordinal).OrderBy(scope => scope, StringComparer.Ordinal));
        Entry? entry;
        lock (_lock)
        {
            if (request.Reason == TokenReason.Refused)
            {
                _entries.Remove(key);
            }

            _entries.TryGetValue(key, out entry);
        }

        if (request.Reason == TokenReason.Connect && entry is not null && timeProvider.GetUtcNow() < entry.RenewAt)
        {
            return entry.Token;
        }

        try
        {
            return await RenewAsync(key)
                .WaitAsync(Timeout.InfiniteTimeSpan, timeProvider, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (TokenException exception)
            when (request.Reason == TokenReason.Connect && entry is not null && timeProvider.GetUtcNow() < entry.EndsAt)
        {
            // It was early: what is left of the old one is enough for now, unless it was refused meanwhile.
            if (!IsCurrent(key, entry))
            {
                throw;
            }

            logger.TokenNotRenewed(key, exception.Code, exception.OAuthError);
            return entry.Token;
        }
    }

    private bool IsCurrent(string key, Entry entry)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(key, out var current) && ReferenceEquals(current, entry);
        }
    }

    /// <summary>The renewal that is under way, or a new one.</summary>
    private Task<string> RenewAsync(string key)
    {
        var promise = new TaskCompletionSource<string>();
        lock (_lock)
        {
            if (_underWay.TryGetValue(key, out var known))
            {
                return known;
            }

            _underWay.Add(key, promise.Task);
        }

        // Outside of the lock: who is asked may take its time.
        _ = CompleteAsync(key, promise);
        return promise.Task;
    }

    private async Task CompleteAsync(string key, TaskCompletionSource<string> promise)
    {
        try
        {
            var token = await AskAsync(key).ConfigureAwait(false);
            End(key);
            promise.SetResult(token);
        }
        catch (Exception exception)
        {
            End(key);
            promise.SetException(exception);

            // Everybody who has waited may have gone.
            _ = promise.Task.Exception;
        }
    }

    private void End(string key)
    {
        lock (_lock)
        {
            _underWay.Remove(key);
        }
    }

    private async Task<string> AskAsync(string key)
    {
        var asked = timeProvider.GetUtcNow();
        var grant = await GrantAsync(key.Length == 0 ? [] : key.Split(' ')).ConfigureAwait(false);
        var remaining = grant.ExpiresIn ?? TokenText.EndOf(grant.Token) - asked ?? UnknownLife;
        var entry = new Entry(grant.Token, asked + RenewalIn(remaining), asked + remaining);
        lock (_lock)
        {
            _entries[key] = entry;
        }

        logger.TokenGranted(key, entry.RenewAt);
        return grant.Token;
    }

    private async Task<TokenGrant> GrantAsync(string[] scopes)
    {
        try
        {
            // Not the caller's token: others may wait for the same one.
            return await TimedCall.RunAsync(ended => ask(scopes, ended), Limit, timeProvider, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var detail = $"The issuer has not answered within {Limit.TotalMilliseconds} ms";
            throw new TokenException(new TidingsProblem(ErrorCodes.TokenFailed, detail) { IsRetryable = true });
        }
    }

    /// <summary>In how long to renew what lasts so long: some time before, and not all clients at once.</summary>
    private TimeSpan RenewalIn(TimeSpan remaining)
    {
        var early = Math.Min(Margin.TotalMilliseconds, remaining.TotalMilliseconds / 4) * (1 + random());
        return TimeSpan.FromMilliseconds(Math.Max(0, remaining.TotalMilliseconds - early));
    }

    private sealed class Entry(string token, DateTimeOffset renewAt, DateTimeOffset endsAt)
    {
        public string Token { get; } = token;

        public DateTimeOffset RenewAt { get; } = renewAt;

        public DateTimeOffset EndsAt { get; } = endsAt;
    }
}
