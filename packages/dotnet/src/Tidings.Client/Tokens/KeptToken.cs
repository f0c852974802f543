namespace Tidings.Client;

/// <summary>
/// A token that is used for many requests: asked for once whoever waits for it, until it ends or the hub refuses it.
/// </summary>
internal sealed class KeptToken
{
    private readonly ITokenSource _source;
    private readonly IReadOnlyList<string> _scopes;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _margin;
    private readonly TimeSpan _limit;
    private readonly Lock _lock = new();
    private string? _token;
    private TokenReason _reason = TokenReason.Connect;
    private Task<string>? _asking;

    /// <param name="source">Where tokens come from.</param>
    /// <param name="scopes">What the token must allow.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="margin">So long before its end a token is not used any more.</param>
    /// <param name="limit">The source is told to give up after so long.</param>
    public KeptToken(
        ITokenSource source,
        IReadOnlyList<string> scopes,
        TimeProvider timeProvider,
        TimeSpan margin,
        TimeSpan limit)
    {
        _source = source;
        _scopes = scopes;
        _timeProvider = timeProvider;
        _margin = margin;
        _limit = limit;
    }

    /// <summary>Throws whatever the source throws. Who ends the call does not end it for others who wait too.</summary>
    public Task<string> GetAsync(CancellationToken cancellationToken)
    {
        Task<string> asking;
        lock (_lock)
        {
            if (_token is { } token && IsFresh(token))
            {
                return Task.FromResult(token);
            }

            var reason = _token is null ? _reason : TokenReason.Renew;
            asking = _asking ??= Task.Run(() => AskAsync(reason), CancellationToken.None);
        }

        return asking.WaitAsync(Timeout.InfiniteTimeSpan, _timeProvider, cancellationToken);
    }

    /// <summary>The hub does not take a token: it is not given out again.</summary>
    public void Refuse(string token)
    {
        lock (_lock)
        {
            if (string.Equals(_token, token, StringComparison.Ordinal))
            {
                _token = null;
                _reason = TokenReason.Refused;
            }
        }
    }

    /// <summary>Waits for the source no more: it is asked anew for the next request.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _asking = null;
        }
    }

    private bool IsFresh(string token) =>
        TokenText.EndOf(token) is not { } end || end - _timeProvider.GetUtcNow() > _margin;

    private async Task<string> AskAsync(TokenReason reason)
    {
        try
        {
            using var deadline = new Deadline(_limit, _timeProvider, CancellationToken.None);
            var token = await _source.GetTokenAsync(new TokenRequest(reason, _scopes), deadline.Token).ConfigureAwait(false);
            lock (_lock)
            {
                _token = token;
                _reason = TokenReason.Connect;
            }

            return token;
        }
        finally
        {
            Forget();
        }
    }
}
