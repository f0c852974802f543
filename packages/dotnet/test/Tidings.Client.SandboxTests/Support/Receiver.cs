using System.Collections.Concurrent;

namespace Tidings.Client.SandboxTests.Support;

/// <summary>A live client that keeps what it is given.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly TaskCompletionSource _live = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _limit = new(Hub.Patience);
    private readonly IAsyncEnumerator<RecordedEvent> _events;

    private Receiver(Hub hub, ITokenSource tokens, Func<TidingsLiveOptions, TidingsLiveOptions> more)
    {
        var options = more(new TidingsLiveOptions { SocketUrl = hub.Target.SocketUrl, ApiUrl = hub.Target.ApiUrl });
        Live = new TidingsLive(options with { StatusChanged = Watch, Error = Errors.Enqueue }, tokens, http: hub.Http);
        _events = Live.ReadAllAsync(_limit.Token).GetAsyncEnumerator(_limit.Token);
    }

    public TidingsLive Live { get; }

    public ConcurrentQueue<DeliveryException> Errors { get; } = new();

    /// <summary>A client that is connected and has everything.</summary>
    public static async Task<Receiver> ConnectAsync(
        Hub hub,
        ITokenSource tokens,
        Func<TidingsLiveOptions, TidingsLiveOptions>? more = null)
    {
        var receiver = Open(hub, tokens, more);
        receiver.Live.Connect();
        await receiver._live.Task.WaitAsync(Hub.Patience);
        return receiver;
    }

    /// <summary>A client that connects when it reads.</summary>
    public static Receiver Open(Hub hub, ITokenSource tokens, Func<TidingsLiveOptions, TidingsLiveOptions>? more = null) =>
        new(hub, tokens, more ?? (static options => options));

    /// <summary>The next events, so many.</summary>
    public async Task<IReadOnlyList<RecordedEvent>> ReadAsync(int count)
    {
        var events = new List<RecordedEvent>(count);
        while (events.Count < count && await _events.MoveNextAsync())
            events.Add(_events.Current);
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        await _limit.CancelAsync();
        await _events.DisposeAsync();
        await Live.DisposeAsync();
        _limit.Dispose();
    }

    private void Watch(ConnectionStatus status)
    {
        if (status.State == ConnectionState.Live)
            _live.TrySetResult();
    }
}
