using System.Collections.Concurrent;

namespace Tidings.Client.SandboxTests.Support;

/// <summary>A consumer of a durable subscription that keeps what it is given, in a life of its own.</summary>
internal sealed class Consumption : IAsyncDisposable
{
    private readonly ConcurrentQueue<RecordedEvent> _events = new();
    private readonly TidingsSubscription _consumer;
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Task _running;

    public Consumption(
        Hub hub,
        ITokenSource tokens,
        Func<TidingsSubscriptionOptions, TidingsSubscriptionOptions>? more = null,
        Func<RecordedEvent, Task>? handle = null)
    {
        var options = new TidingsSubscriptionOptions
        {
            ApiUrl = hub.Target.ApiUrl,
            Name = "billing",
            Create = new SubscriptionCreation { Start = StartFrom.Oldest },
            IdleLeast = TimeSpan.FromMilliseconds(100),
            IdleMost = TimeSpan.FromMilliseconds(500),
            Error = Errors.Enqueue,
        };
        _consumer = new TidingsSubscription(hub.Http, more?.Invoke(options) ?? options, tokens);
        _running = _consumer.RunAsync(async (recorded, _) =>
        {
            if (handle is not null)
                await handle(recorded);
            _events.Enqueue(recorded);
            _arrived.Release();
        });
    }

    public ConcurrentQueue<DeliveryException> Errors { get; } = new();

    public IReadOnlyList<RecordedEvent> Events => [.. _events];

    public IReadOnlyList<string> Ids => [.. _events.Select(recorded => recorded.Id)];

    /// <summary>Waits until so many have been handled.</summary>
    public async Task ReadAsync(int count)
    {
        while (_events.Count < count)
        {
            var next = _arrived.WaitAsync(Hub.Patience);
            if (await Task.WhenAny(next, _running) == _running)
                await _running;
            Assert.True(await next, $"Expected {count} events, found {_events.Count}: {string.Join("; ", Errors)}");
        }
    }

    /// <summary>Ends this life as a service does that is shut down.</summary>
    public async Task StopAsync()
    {
        await _consumer.StopAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _consumer.StopAsync(TimeSpan.Zero);
        await _consumer.DisposeAsync();
        _arrived.Dispose();
    }
}
