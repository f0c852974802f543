using System.Text.Json;

namespace Tidings.Client;

/// <summary>An answer that is no success, as an exception. Source of the document: RFC 9457.</summary>
internal static class HubRefusal
{
    /// <summary>Whether another try may be answered otherwise: the hub failed, had too many requests, or was too slow.</summary>
    public static bool IsPassing(int status) => status >= 500 || status is 408 or 425 or 429;

    public static HubException Of(int status, byte[] body, TimeSpan? retryAfter)
    {
        var document = HubJson.TryParse(body) is { ValueKind: JsonValueKind.Object } found ? found : (JsonElement?)null;
        var (code, detail, errors) = ProblemDocument.Of(document);
        var isRetryable = IsPassing(status);
        var problem = new TidingsProblem(code ?? Unnamed(status, isRetryable), detail ?? "It says no more")
        {
            Status = status,
            IsRetryable = isRetryable,
            Errors = errors,
        };
        return new HubException(problem) { RetryAfter = retryAfter, Problem = code is null ? null : document };
    }

    private static string Unnamed(int status, bool isRetryable) => status switch
    {
        429 => HubCodes.RateLimited,
        _ when isRetryable => ErrorCodes.HubUnavailable,
        _ => ErrorCodes.RequestRefused,
    };
}
