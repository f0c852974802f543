using System.Text.Json;

namespace Tidings.Client;

/// <summary>An answer that is no success, as an exception. Source of the document: RFC 9457.</summary>
internal static class HubRefusal
{
    private const int MostCharacters = 2000;

    /// <summary>Whether another try may be answered otherwise: the hub failed, had too many requests, or was too slow.</summary>
    public static bool IsPassing(int status) => status >= 500 || status is 408 or 425 or 429;

    public static HubException Of(int status, byte[] body, TimeSpan? retryAfter)
    {
        var document = HubJson.TryParse(body) is { ValueKind: JsonValueKind.Object } found ? found : (JsonElement?)null;
        var code = CodeIn(document);
        var isRetryable = IsPassing(status);
        var problem = new TidingsProblem(code ?? Unnamed(status, isRetryable), DetailIn(document) ?? "It says no more")
        {
            Status = status,
            IsRetryable = isRetryable,
            Errors = ErrorsIn(document),
        };
        return new HubException(problem) { RetryAfter = retryAfter, Problem = code is null ? null : document };
    }

    private static string Unnamed(int status, bool isRetryable) => status switch
    {
        429 => "RATE_LIMITED",
        _ when isRetryable => ErrorCodes.HubUnavailable,
        _ => ErrorCodes.RequestRefused,
    };

    private static string? CodeIn(JsonElement? document) =>
        HubJson.TextIn(document, "code") is { Length: >= 2 and <= 64 } code
        && code[0] is >= 'A' and <= 'Z'
        && code.All(character => character is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_')
            ? code
            : null;

    private static string? DetailIn(JsonElement? document) =>
        HubJson.TextIn(document, "detail") is { Length: > 0 } detail
            ? detail.Substring(0, Math.Min(detail.Length, MostCharacters))
            : null;

    private static IReadOnlyList<Violation> ErrorsIn(JsonElement? document)
    {
        if (document?.TryGetProperty("errors", out var errors) != true || errors.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        return
        [
            .. from entry in errors.EnumerateArray()
               let path = HubJson.TextIn(entry, "path")
               let message = HubJson.TextIn(entry, "message")
               where path is not null && message is not null
               select new Violation(path, message),
        ];
    }
}
