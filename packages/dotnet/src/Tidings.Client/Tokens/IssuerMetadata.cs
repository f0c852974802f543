using System.Text.Json;

namespace Tidings.Client;

/// <summary>What an issuer says of itself, as far as it is used. Source: OpenID Connect Discovery; RFC 8414.</summary>
/// <param name="TokenUrl">Its token endpoint.</param>
/// <param name="TakesPostOnly">Whether it takes secrets in the form, and not in a header.</param>
internal sealed record IssuerMetadata(Uri TokenUrl, bool TakesPostOnly)
{
    /// <summary>Where it is, in the order of asking.</summary>
    public static IEnumerable<Uri> Places(Uri issuer)
    {
        var path = issuer.AbsolutePath.TrimEnd('/');
        var origin = issuer.GetLeftPart(UriPartial.Authority);
        yield return new Uri($"{origin}{path}/.well-known/openid-configuration");
        yield return new Uri($"{origin}/.well-known/oauth-authorization-server{path}");
    }

    /// <param name="body">The JSON that the issuer answers with.</param>
    /// <param name="issuer">Who was asked: whoever says to be another is not believed.</param>
    /// <exception cref="TokenException">TOKEN_FAILED</exception>
    public static IssuerMetadata Read(byte[]? body, Uri issuer)
    {
        var document = body is null ? null : HubJson.TryParse(body);
        if (document is not { ValueKind: JsonValueKind.Object } metadata)
        {
            throw Unusable("Expected the issuer's metadata as JSON, found something else");
        }

        if (!Uri.TryCreate(HubJson.TextIn(metadata, "issuer"), UriKind.Absolute, out var named)
            || !string.Equals(named.AbsoluteUri.TrimEnd('/'), issuer.AbsoluteUri.TrimEnd('/'), StringComparison.Ordinal))
        {
            var found = named is null ? "none" : $"that of {named.GetLeftPart(UriPartial.Authority)}";
            throw Unusable($"Expected the metadata of the issuer that was asked, found {found}");
        }

        var tokenUrl = HubJson.TextIn(metadata, "token_endpoint");
        return HubUrl.Problem(tokenUrl) is { } problem
            ? throw Unusable($"The issuer names a token endpoint: {problem}")
            : new IssuerMetadata(new Uri(tokenUrl!), TakesPostOnlyIn(metadata));
    }

    private static bool TakesPostOnlyIn(JsonElement metadata)
    {
        if (!metadata.TryGetProperty("token_endpoint_auth_methods_supported", out var methods)
            || methods.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var names = methods.EnumerateArray()
            .Where(method => method.ValueKind == JsonValueKind.String)
            .Select(method => method.GetString())
            .ToList();
        return names.Contains("client_secret_post", StringComparer.Ordinal)
            && !names.Contains("client_secret_basic", StringComparer.Ordinal);
    }

    private static TokenException Unusable(string detail) => new(new TidingsProblem(ErrorCodes.TokenFailed, detail));
}
