namespace Tidings.Client;

/// <summary>How a client's secret is sent to the token endpoint. Source: RFC 6749, section 2.3.1.</summary>
public enum ClientAuthentication
{
    /// <summary>As the issuer's discovery says; <see cref="Basic"/> where it says nothing.</summary>
    Automatic,

    /// <summary>In the header <c>Authorization: Basic</c>.</summary>
    Basic,

    /// <summary>In the form.</summary>
    Post,
}

/// <summary>
/// An OAuth2 client. It has <see cref="TokenUrl"/> or <see cref="Issuer"/>, not both. Source: RFC 6749, section 4.4.
/// </summary>
public sealed record ClientCredentials
{
    /// <summary>The client's id.</summary>
    public required string ClientId { get; init; }

    /// <summary>The client's secret. It is never shown, by <see cref="ToString"/> neither.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>The token endpoint: https, or http for this machine.</summary>
    public string? TokenUrl { get; init; }

    /// <summary>
    /// The issuer, which says itself where its token endpoint is. Source: OpenID Connect Discovery; RFC 8414.
    /// </summary>
    public string? Issuer { get; init; }

    /// <summary>
    /// The scopes of all tokens. Absent: those that are asked for, which are the modules of the events when publishing.
    /// </summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>The audience of the token, where the issuer wants to be told.</summary>
    public string? Audience { get; init; }

    /// <summary>How the secret is sent.</summary>
    public ClientAuthentication Authentication { get; init; }

    /// <summary>Further fields of the token request.</summary>
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>Who it is, without the secret and the parameters, which may be secrets, too.</summary>
    public override string ToString() => $"{nameof(ClientCredentials)} {{ ClientId = {ClientId} }}";
}
