using Microsoft.Extensions.Logging;

namespace Tidings.Client.Tests;

/// <summary>A log that cannot be written to: the framework hands on what its providers throw.</summary>
internal sealed class BrokenLogger<T> : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        throw new IOException("The log is full");
}
