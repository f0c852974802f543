using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Tidings.Client.Tests.Delivery;

namespace Tidings.Client.Tests.Live;

/// <summary>A live client of a fake hub, and what it has told.</summary>
internal sealed class LiveUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly ManualTimeProvider _clock = new();

    public LiveUnderTest(
        Func<TidingsLiveOptions, TidingsLiveOptions>? change = null,
        HttpClient? http = null,
        ITokenSource? tokens = null,
        ILogger? logger = null)
    {
        var options = new TidingsLiveOptions
        {
            SocketUrl = "wss://hub.example/v1",
            Start = StartFrom.Oldest,
            Error = Errors.Enqueue,
        };
        Live = new TidingsLive(
            change?.Invoke(options) ?? options,
            tokens ?? new FakeTokens(),
            new LiveSurroundings
            {
                Logger = logger,
                Time = _clock,
                Http = http,
                Random = () => 0.5,
                CreateSockets = mailbox =>
                {
                    World = new VirtualWorld(_clock, mailbox);
                    return Hub = new FakeHub(World);
                },
            });
    }

    public TidingsLive Live { get; }

    public VirtualWorld World { get; private set; } = null!;

    public FakeHub Hub { get; private set; } = null!;

    public System.Collections.Concurrent.ConcurrentQueue<DeliveryException> Errors { get; } = new();

    public int PendingTimers => _clock.PendingTimers;

    /// <summary>Lets a little time pass, again and again, until something is so. Who reads does it on threads of its own.</summary>
    public async Task UntilAsync(Func<bool> isSo)
    {
        var begun = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(begun.Elapsed < s_patience, "What the test waits for did not happen");
            await World.PassAsync(5);
            await Task.Delay(1);
        }
    }

    /// <summary>The same until something has ended.</summary>
    public async Task<T> UntilAsync<T>(Task<T> task)
    {
        await UntilAsync(() => task.IsCompleted);
        return await task;
    }

    /// <summary>Reads so many sequences, and leaves at the last.</summary>
    public Task<List<long>> ReadAsync(int count) => UntilAsync(ReadOnAsync(count));

    public ValueTask DisposeAsync() => Live.DisposeAsync();

    private async Task<List<long>> ReadOnAsync(int count)
    {
        List<long> read = [];
        await foreach (var recorded in Live.ReadAllAsync())
        {
            read.Add(recorded.Sequence);
            if (read.Count == count)
            {
                break;
            }
        }

        return read;
    }
}
