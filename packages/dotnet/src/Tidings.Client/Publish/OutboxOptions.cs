namespace Tidings.Client;

/// <summary>How an outbox sends, and for how long it tries.</summary>
/// <param name="Transport">What sends.</param>
/// <param name="Timing">How long, and how often.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="Random">A number from 0 up to but not including 1.</param>
internal sealed record OutboxOptions(
    IEventTransport Transport,
    PublishTiming Timing,
    TimeProvider TimeProvider,
    Func<double> Random)
{
    /// <summary>Is told how many events are sent again, after which wait, and why one of them is.</summary>
    public Action<int, TimeSpan, PublishProblem>? OnRetry { get; init; }
}
