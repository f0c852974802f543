namespace Tidings.Client.Tests;

/// <summary>Tokens that are named by the reasons for which they are asked, unless the test says otherwise.</summary>
internal sealed class FakeTokens(Func<TokenRequest, CancellationToken, ValueTask<string>>? give = null) : ITokenSource
{
    private readonly Lock _lock = new();
    private readonly List<TokenRequest> _asked = [];

    public IReadOnlyList<TokenRequest> Asked
    {
        get
        {
            lock (_lock)
            {
                return [.. _asked];
            }
        }
    }

    public IEnumerable<TokenReason> Reasons => Asked.Select(request => request.Reason);

    public ValueTask<string> GetTokenAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _asked.Add(request);
        }

        return give is null ? new ValueTask<string>($"token-{request.Reason}") : give(request, cancellationToken);
    }
}
