using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>
/// What publishing tells of itself. Codes and counts only: what was wrong with an event may quote it, and belongs to who
/// has published it.
/// </summary>
internal static partial class PublishLog
{
    [LoggerMessage(100, LogLevel.Warning, "{Count} events are sent again in {Wait}, because of {Code} (HTTP status {Status})")]
    public static partial void Retrying(this ILogger logger, int count, TimeSpan wait, string code, int? status);

    [LoggerMessage(101, LogLevel.Warning, "{Count} of {Total} events are not accepted; the first is event {Index}: {Code}")]
    public static partial void Rejected(this ILogger logger, int count, int total, int index, string code);

    [LoggerMessage(102, LogLevel.Information, "The hub refuses the token: another one is asked for")]
    public static partial void TokenRefused(this ILogger logger);

    [LoggerMessage(110, LogLevel.Debug, "The issuer gives a token for [{Scopes}], which is renewed at {RenewAt:O}")]
    public static partial void TokenGranted(this ILogger logger, string scopes, DateTimeOffset renewAt);

    [LoggerMessage(111, LogLevel.Warning, "The token for [{Scopes}] could not be renewed, and is used to its end: {Code} {OAuthError}")]
    public static partial void TokenNotRenewed(this ILogger logger, string scopes, string code, string? oAuthError);
}
