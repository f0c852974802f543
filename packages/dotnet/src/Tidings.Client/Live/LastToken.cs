namespace Tidings.Client;

/// <summary>A source of tokens that knows the last one it gave: requests over HTTP use the socket's.</summary>
internal sealed class LastToken(ITokenSource source, IReadOnlyList<string> scopes) : ITokenSource
{
    private volatile string? _last;

    public async ValueTask<string> GetTokenAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        var token = await source.GetTokenAsync(request, cancellationToken).ConfigureAwait(false);
        _last = token;
        return token;
    }

    /// <summary>The last token, or a new one if the hub did not take that.</summary>
    public ValueTask<string> GetAsync(bool isRefused, CancellationToken cancellationToken) =>
        !isRefused && _last is { } last
            ? new ValueTask<string>(last)
            : GetTokenAsync(new TokenRequest(TokenReason.Refused, scopes), cancellationToken);
}
