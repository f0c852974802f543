using System.Text;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>What can be seen from a token's text alone.</summary>
internal static class TokenText
{
    // A day of the year 9999: who claims to end later never ends.
    private const long LatestEnd = 253_402_300_799;

    /// <summary>Whether it can stand in a header. The framework's own complaint about one that cannot would quote it.</summary>
    public static bool IsSendable(string? token) =>
        !string.IsNullOrEmpty(token) && token!.All(character => character is >= '\x21' and <= '\x7e');

    /// <summary>
    /// What was answered, without the token: a proxy or a gateway may quote the request that it refuses, and what it says
    /// becomes part of an exception. The characters of a JWT stand in JSON as they are.
    /// </summary>
    public static byte[] HideIn(byte[] answer, string token) =>
        answer.AsSpan().IndexOf(Encoding.ASCII.GetBytes(token)) < 0
            ? answer
            : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(answer).Replace(token, "***", StringComparison.Ordinal));

    /// <summary>
    /// When a token ends, as far as it says so itself. Nothing is verified: the hub does that, and whoever lies to this
    /// client about its own token harms nobody.
    /// </summary>
    public static DateTimeOffset? EndOf(string token)
    {
        var parts = token.Split('.');
        if (parts.Length < 2 || DecodeBase64Url(parts[1]) is not { } json)
        {
            return null;
        }

        try
        {
            using var claims = JsonDocument.Parse(json);
            return claims.RootElement.ValueKind == JsonValueKind.Object
                && claims.RootElement.TryGetProperty("exp", out var end)
                && end.ValueKind == JsonValueKind.Number
                && end.TryGetDouble(out var seconds)
                && seconds is >= 0 and <= LatestEnd
                    ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[]? DecodeBase64Url(string text)
    {
        var padded = new StringBuilder(text, text.Length + 2).Replace('-', '+').Replace('_', '/');
        padded.Append('=', (4 - (padded.Length % 4)) % 4);
        try
        {
            return Convert.FromBase64String(padded.ToString());
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
