namespace Tidings.Client;

/// <summary>Why a token is asked for. Who keeps tokens must give a new one for all but <see cref="Connect"/>.</summary>
public enum TokenReason
{
    /// <summary>A request is about to be sent, or a socket to be opened.</summary>
    Connect,

    /// <summary>The token of the open socket ends soon.</summary>
    Renew,

    /// <summary>The hub did not take the last one, or refused a handshake without saying why.</summary>
    Refused,
}

/// <summary>What a token is wanted for.</summary>
/// <param name="Reason">Why it is asked for.</param>
/// <param name="Scopes">What it must allow: the modules of the events to publish, or what reading takes. May be empty.</param>
public sealed record TokenRequest(TokenReason Reason, IReadOnlyList<string> Scopes);

/// <summary>
/// Gives access tokens (JWT). <c>ClientCredentialsTokenSource</c> asks an OAuth2 issuer for them; write your own where
/// tokens come from elsewhere. It may be called by several threads at once.
/// </summary>
public interface ITokenSource
{
    /// <summary>A token that can be used now. Never empty.</summary>
    /// <param name="request">What it is wanted for.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <remarks>
    /// Whatever it throws is told as TOKEN_FAILED. After an <see cref="HttpRequestException"/>, an
    /// <see cref="OperationCanceledException"/> or a <see cref="TidingsException"/> that is retryable it is asked again.
    /// </remarks>
    ValueTask<string> GetTokenAsync(TokenRequest request, CancellationToken cancellationToken);
}
