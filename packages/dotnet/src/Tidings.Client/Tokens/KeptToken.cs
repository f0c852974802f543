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
    private int _number;

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

    /// <summary>
    /// The token, or the asking for it that others may wait for too: who waits no longer does not end it. It throws whatever
    /// the source throws.
    /// </summary>
    public Task<string> GetAsync()
    {
        lock (_lock)
        {
            if (_token is { } token && IsFresh(token))
            {
                return Task.FromResult(token);
            }

            if (_asking is null)
            {
                var reason = _token is null ? _reason : TokenReason.Renew;
                var number = ++_number;
                _asking = Task.Run(() => AskAsync(reason, number), CancellationToken.None);
            }

            return _asking;
        }
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

    /// <summary>Nobody is to wait for this asking any more: the source is asked anew for the next request.</summary>
    public void Forget(Task<string> asking)
    {
        lock (_lock)
        {
            _asking = ReferenceEquals(_asking, asking) ? null : _asking;
        }
    }

    private bool IsFresh(string token) =>
        TokenText.EndOf(token) is not { } end || end - _timeProvider.GetUtcNow() > _margin;

    private async Task<string> AskAsync(TokenReason reason, int number)
    {
        try
        {
            using var deadline = new Deadline(_limit, _timeProvider, CancellationToken.None);
            var token = await _source.GetTokenAsync(new TokenRequest(reason, _scopes), deadline.Token).ConfigureAwait(false);
            End(number, token);
            return token;
        }
        finally
        {
            End(number);
        }
    }

    /// <summary>What comes when another has been asked for changes nothing.</summary>
    private void End(int number, string? token = null)
    {
        lock (_lock)
        {
            if (number != _number)
            {
                return;
            }

            _asking = null;
            if (token is not null)
            {
                _token = token;
                _reason = TokenReason.Connect;
            }
        }
    }
}
