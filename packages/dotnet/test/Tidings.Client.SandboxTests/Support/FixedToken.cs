namespace Tidings.Client.SandboxTests.Support;

/// <summary>Always the same token, however often the hub refuses it.</summary>
internal sealed class FixedToken(string token) : ITokenSource
{
    public ValueTask<string> GetTokenAsync(TokenRequest request, CancellationToken cancellationToken) => new(token);
}
