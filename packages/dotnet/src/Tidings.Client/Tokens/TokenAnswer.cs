using System.Globalization;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>What a token endpoint answers. Source: RFC 6749, sections 5.1 and 5.2.</summary>
internal static class TokenAnswer
{
    // Ten years: who says more means "for ever".
    private const double MostSeconds = 10 * 365.25 * 24 * 60 * 60;

    /// <exception cref="TokenException">TOKEN_FAILED. Nothing of a wrong answer is repeated: it may hold a token.</exception>
    public static TokenGrant Read(int status, byte[]? body, bool hasChallenge, ClientSecret secret)
    {
        var document = body is null ? null : HubJson.TryParse(body);
        if (status is >= 400 and < 500 && HubJson.TextIn(document, "error") is { Length: > 0 } error)
        {
            throw Refused(status, secret.Hide(error), HubJson.TextIn(document, "error_description"), secret);
        }

        if (status == 401 && hasChallenge)
        {
            // This is how a client that used Basic is told that it is unknown.
            throw new TokenException(
                Problem("The issuer answered 401 and refuses the client", status), oAuthError: "invalid_client");
        }

        if (status != 200)
        {
            var found = status is >= 300 and < 400 ? "a redirection elsewhere, which is not followed" : "another answer";
            throw Unusable($"expected status 200 with a token, found {status}: {found}", status);
        }

        if (document is not { ValueKind: JsonValueKind.Object } answer)
        {
            throw Unusable("expected JSON, found something else", status);
        }

        var token = HubJson.TextIn(answer, "access_token");
        if (!TokenText.IsSendable(token))
        {
            throw Unusable("expected an access_token of printable ASCII characters, found none", status);
        }

        return string.Equals(HubJson.TextIn(answer, "token_type"), "bearer", StringComparison.OrdinalIgnoreCase)
            ? new TokenGrant(token!, ExpiresIn(answer))
            : throw Unusable("expected the token_type \"Bearer\", found another one or none", status);
    }

    private static TokenException Refused(int status, string error, string? description, ClientSecret secret)
    {
        var described = string.IsNullOrEmpty(description) ? string.Empty : $": {secret.Hide(description!)}";
        return new TokenException(Problem($"The issuer refuses a token with {error}{described}", status), error);
    }

    /// <summary>Some issuers write it as a text.</summary>
    private static TimeSpan? ExpiresIn(JsonElement answer)
    {
        double seconds;
        if (!answer.TryGetProperty("expires_in", out var value)
            || !(value.ValueKind == JsonValueKind.Number
                ? value.TryGetDouble(out seconds)
                : double.TryParse(
                    HubJson.TextIn(answer, "expires_in"), NumberStyles.Integer, CultureInfo.InvariantCulture, out seconds)))
        {
            return null;
        }

        return TimeSpan.FromSeconds(Math.Max(0, Math.Min(seconds, MostSeconds)));
    }

    private static TokenException Unusable(string reason, int status) =>
        new(Problem($"The issuer's answer cannot be used: {reason}", status));

    private static TidingsProblem Problem(string detail, int status) =>
        new(ErrorCodes.TokenFailed, detail) { Status = status };
}
