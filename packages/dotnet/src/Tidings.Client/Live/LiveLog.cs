using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>What a live client logs.</summary>
internal static partial class LiveLog
{
    [LoggerMessage(1, LogLevel.Information, "The live client is {State} ({Reason}), was {Previous}; next try in {RetryIn}")]
    public static partial void StatusChanged(
        this ILogger logger,
        ConnectionState state,
        StatusReason reason,
        ConnectionState previous,
        TimeSpan? retryIn);

    [LoggerMessage(2, LogLevel.Warning, "History was cut ({Reason}): what was before {Oldest} and has not come is gone")]
    public static partial void HistoryCut(this ILogger logger, ResetReason reason, long oldest);

    [LoggerMessage(3, LogLevel.Warning, "The live client goes on after {Code}: {Detail} (event {EventId})")]
    public static partial void Failed(this ILogger logger, Exception? exception, string code, string detail, string? eventId);

    [LoggerMessage(4, LogLevel.Error, "The live client ends: it has made a mistake")]
    public static partial void Faulted(this ILogger logger, Exception exception);
}
