using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Tidings.Client;

/// <summary>
/// Asks an OAuth2 issuer for tokens by client credentials. It keeps one token for each set of scopes, asks once however
/// many wait for it, renews it before it ends, and gets a new one once the hub has refused it.
/// </summary>
public sealed class ClientCredentialsTokenSource : ITokenSource
{
    private readonly TokenCache _cache;
    private readonly bool _hasOwnScopes;

    /// <summary>Makes a source. It is meant to be kept, and to be shared by clients.</summary>
    /// <param name="http">
    /// Sends the requests. It must follow no redirections: take that of <see cref="TidingsHttp"/>, or its handler.
    /// </param>
    /// <param name="credentials">The client, and where its tokens come from.</param>
    /// <param name="logger">Is told of renewals. It never sees a token or the secret.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="OptionsException">
    /// CREDENTIALS_MISSING or OPTIONS_INVALID: <see cref="TidingsException.Detail"/> names what is wrong.
    /// </exception>
    public ClientCredentialsTokenSource(
        HttpClient http,
        ClientCredentials credentials,
        ILogger<ClientCredentialsTokenSource>? logger = null,
        TimeProvider? timeProvider = null)
        : this(http, credentials, logger, timeProvider, Chance.Next)
    {
    }

    /// <param name="http">Sends the requests.</param>
    /// <param name="credentials">The client.</param>
    /// <param name="logger">Is told of renewals.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="random">A number from 0 up to but not including 1.</param>
    internal ClientCredentialsTokenSource(
        HttpClient http,
        ClientCredentials credentials,
        ILogger<ClientCredentialsTokenSource>? logger,
        TimeProvider? timeProvider,
        Func<double> random)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(credentials);
        var issuer = new TokenIssuer(http, credentials);
        var log = logger ?? NullLogger<ClientCredentialsTokenSource>.Instance;
        _cache = new TokenCache(issuer.RequestAsync, timeProvider ?? TimeProvider.System, random, log);
        _hasOwnScopes = credentials.Scopes is not null;
    }

    /// <inheritdoc/>
    /// <exception cref="TokenException">TOKEN_FAILED: the issuer refuses, or could not be asked.</exception>
    public ValueTask<string> GetTokenAsync(TokenRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);

        // With scopes of its own, there is one token whatever is asked for.
        return new(_cache.GetAsync(_hasOwnScopes ? request with { Scopes = [] } : request, cancellationToken));
    }
}
