namespace Tidings.Client;

/// <summary>A token as an issuer gives it. No record: its text would show the token.</summary>
internal sealed class TokenGrant(string token, TimeSpan? expiresIn)
{
    public string Token { get; } = token;

    /// <summary>How long it is good for, where the issuer says it.</summary>
    public TimeSpan? ExpiresIn { get; } = expiresIn;
}
