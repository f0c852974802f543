using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>
/// Logs, and goes on if that fails: the framework hands on what its providers throw, and an event is worth more than a
/// line about it.
/// </summary>
internal sealed class UnfailingLogger(ILogger logger) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => Try(() => logger.BeginScope(state));

    public bool IsEnabled(LogLevel logLevel) => Try(() => logger.IsEnabled(logLevel));

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => Try(() =>
    {
        logger.Log(logLevel, eventId, state, exception, formatter);
        return true;
    });

    private static T? Try<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception)
        {
            // The log has failed: there is nobody left to tell.
            return default;
        }
    }
}
