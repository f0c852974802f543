using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>What a consumer of a durable subscription logs.</summary>
internal static partial class SubscriptionLog
{
    [LoggerMessage(
        EventId = 310,
        EventName = "SubscriptionStatus",
        Level = LogLevel.Debug,
        Message = "The subscription {Subscription} is {State} ({Reason})")]
    public static partial void Status(ILogger logger, string subscription, ConnectionState state, StatusReason reason);

    [LoggerMessage(
        EventId = 311,
        EventName = "SubscriptionReset",
        Level = LogLevel.Warning,
        Message = "History was cut ({Reason}): the subscription {Subscription} goes on with event {Oldest}")]
    public static partial void Reset(ILogger logger, string subscription, ResetReason reason, long oldest);

    [LoggerMessage(
        EventId = 312,
        EventName = "SubscriptionTrouble",
        Level = LogLevel.Warning,
        Message = "The subscription {Subscription} has trouble, and goes on: {Code}")]
    public static partial void Trouble(ILogger logger, Exception error, string subscription, string code);

    [LoggerMessage(
        EventId = 313,
        EventName = "SubscriptionFailed",
        Level = LogLevel.Error,
        Message = "The consumer of the subscription {Subscription} has ended: {Code}")]
    public static partial void Failed(ILogger logger, Exception error, string subscription, string code);
}
