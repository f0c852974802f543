using System.Text.Json;

namespace Tidings.Client;

/// <summary>When tokens end, and when to renew them.</summary>
internal static class TokenExpiry
{
    /// <summary>
    /// When a token ends, as far as it says so itself. Nothing is verified: the hub does that, and whoever lies to this
    /// client about its own token harms nobody.
    /// </summary>
    public static DateTimeOffset? EndOf(string token)
    {
        var parts = token.Split('.');
        if (parts.Length < 2)
        {
            return null;
        }

        try
        {
            var text = parts[1].Replace('-', '+').Replace('_', '/');
            var padded = text.PadRight(text.Length + ((4 - (text.Length % 4)) % 4), '=');
            using var claims = JsonDocument.Parse(Convert.FromBase64String(padded));
            return claims.RootElement.ValueKind == JsonValueKind.Object
                && claims.RootElement.TryGetProperty("exp", out var exp)
                && exp.ValueKind == JsonValueKind.Number
                && exp.TryGetDouble(out var seconds)
                && seconds is >= 0 and < int.MaxValue * 100.0
                    ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
                    : null;
        }
        catch (Exception cause) when (cause is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>In what time to renew what lasts so long: some time before, and not all clients at once.</summary>
    public static TimeSpan RenewalIn(TimeSpan remaining, TimeSpan margin, double random)
    {
        var before = Math.Min(margin.TotalMilliseconds, remaining.TotalMilliseconds / 4) * (1 + random);
        return TimeSpan.FromMilliseconds(Math.Max(0, remaining.TotalMilliseconds - before));
    }

    /// <summary>Whether something is a token that can stand in a header.</summary>
    public static bool IsSendable(string? token) =>
        !string.IsNullOrEmpty(token) && token!.All(character => character is > ' ' and <= '~');
}
