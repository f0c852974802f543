using System.Collections.Concurrent;

namespace Tidings.Client.Tests;

/// <summary>A hub with a durable subscription, and consumers of it.</summary>
internal sealed class ConsumerWorld
{
    private readonly ConcurrentQueue<long> _given = new();
    private readonly ConcurrentQueue<DeliveryException> _errors = new();
    private readonly ConcurrentQueue<DeliveryReset> _resets = new();
    private readonly ConcurrentQueue<ConnectionStatus> _statuses = new();

    public ConsumerWorld(long head = 0) => Api.Head = head;

    public ManualTimeProvider Clock { get; } = new();

    public FakeSubscriptionApi Api { get; } = new();

    public FakeTokens Tokens { get; } = new();

    /// <summary>Sequences as they were handed over.</summary>
    public IReadOnlyList<long> Given => [.. _given];

    public IReadOnlyList<DeliveryException> Errors => [.. _errors];

    public IReadOnlyList<DeliveryReset> Resets => [.. _resets];

    public IReadOnlyList<ConnectionStatus> Statuses => [.. _statuses];

    /// <summary>Where the hub says that the subscription stands.</summary>
    public long? Cursor => Api.Subscription?.Sequence;

    public TidingsSubscription Create(
        Func<TidingsSubscriptionOptions, TidingsSubscriptionOptions>? change = null,
        ITokenSource? tokens = null)
    {
        var options = new TidingsSubscriptionOptions
        {
            ApiUrl = $"{FakeSubscriptionApi.Url}/",
            Name = "billing",
            StatusChanged = _statuses.Enqueue,
            Error = _errors.Enqueue,
            Reset = (reset, _) =>
            {
                _resets.Enqueue(reset);
                return Task.CompletedTask;
            },
            Random = () => 0.5,

            // A test that fails must not wait for handlers that wait for the test.
            StopTimeout = TimeSpan.Zero,
        };
        return new TidingsSubscription(
            new HttpClient(Api), change?.Invoke(options) ?? options, tokens ?? Tokens, timeProvider: Clock);
    }

    public Task Run(TidingsSubscription consumer, Func<long, Task>? handle = null, CancellationToken cancellationToken = default) =>
        consumer.RunAsync(
            (recorded, _) =>
            {
                Give(recorded);
                return handle?.Invoke(recorded.Sequence) ?? Task.CompletedTask;
            },
            cancellationToken);

    public void Give(RecordedEvent recorded) => _given.Enqueue(recorded.Sequence);

    public Task Until(Func<bool> isSo) => Clock.RunUntilAsync(isSo, () => Api.IsSilent);

    /// <summary>Lets so much time pass.</summary>
    public Task StayAsync(TimeSpan time) => Clock.RunAsync(Task.Delay(time, Clock), () => Api.IsSilent);
}
