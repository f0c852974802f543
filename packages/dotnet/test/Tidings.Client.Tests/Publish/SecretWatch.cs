using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Tidings.Client.Tests.Publish;

/// <summary>
/// Reads all that could be seen of a test: what was thrown, what became of events, logs of every level, and the tags of
/// spans. None of it may show a token, a secret or the data of an event, whatever the test is about.
/// </summary>
public sealed class SecretWatch : ILoggerFactory, ILogger, IDisposable
{
    /// <summary>In every token, secret and payload of these tests.</summary>
    public const string Secret = "s3cr3t";

    private readonly List<string> _texts = [];
    private readonly ActivityListener _listener;

    public SecretWatch()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is TidingsDiagnostics.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (_texts)
                {
                    Spans.Add(activity);
                    _texts.Add($"{activity.DisplayName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects)}");
                }
            },
        };
    }

    public IList<Activity> Spans { get; } = [];

    public IList<string> Logs { get; } = [];

    /// <summary>Has spans made from now on.</summary>
    public void ListenToSpans() => ActivitySource.AddActivityListener(_listener);

    public void See(Exception exception)
    {
        lock (_texts)
        {
            for (var each = exception; each is not null; each = each.InnerException)
            {
                var told = each as TidingsException;
                _texts.Add($"{each} {string.Join(' ', each.Data.Values.Cast<object>())} {told?.Detail}");
                _texts.AddRange(told?.Errors.Select(error => error.ToString()) ?? []);
            }
        }
    }

    public void See(PublishResult result)
    {
        lock (_texts)
        {
            _texts.AddRange(result.Rejected.Select(rejected => rejected.ToString()));
        }
    }

    public ILogger<T> LoggerOf<T>() => new Logger<T>(this);

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    void ILoggerFactory.AddProvider(ILoggerProvider provider)
    {
    }

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_texts)
        {
            Logs.Add(formatter(state, exception));
            _texts.Add($"{formatter(state, exception)} {state} {exception}");
        }
    }

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    public void Dispose()
    {
        _listener.Dispose();
        Assert.DoesNotContain(_texts, text => text.Contains(Secret, StringComparison.OrdinalIgnoreCase));
    }
}
