using System.Text.Json;

namespace Tidings.Client;

/// <summary>What a problem says by its own words, as far as they can be read. Source: RFC 9457.</summary>
internal sealed record ProblemDocument(string? Code, string? Detail, IReadOnlyList<Violation> Errors)
{
    private const int MostCharacters = 2000;

    /// <param name="body">Anything: what is no problem says nothing.</param>
    public static ProblemDocument Of(JsonElement? body) => new(CodeIn(body), DetailIn(body), ErrorsIn(body));

    private static string? CodeIn(JsonElement? body) =>
        HubJson.TextIn(body, "code") is { Length: >= 2 and <= 64 } code
        && code[0] is >= 'A' and <= 'Z'
        && code.All(character => character is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_')
            ? code
            : null;

    private static string? DetailIn(JsonElement? body) =>
        HubJson.TextIn(body, "detail") is { Length: > 0 } detail
            ? detail.Substring(0, Math.Min(detail.Length, MostCharacters))
            : null;

    private static IReadOnlyList<Violation> ErrorsIn(JsonElement? body)
    {
        if (body is not { ValueKind: JsonValueKind.Object } problem
            || !problem.TryGetProperty("errors", out var errors)
            || errors.ValueKind != JsonValueKind.Array)
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
