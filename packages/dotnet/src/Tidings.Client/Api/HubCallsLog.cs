using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>What calls to the hub log.</summary>
internal static partial class HubCallsLog
{
    [LoggerMessage(
        EventId = 300,
        EventName = "CallRetried",
        Level = LogLevel.Debug,
        Message = "The hub is asked again in {Wait}, after {Code} (try {Tries})")]
    public static partial void Retried(ILogger logger, string code, TimeSpan wait, int tries);
}
