namespace Tidings.Client.Tests.Delivery;

public sealed class ClosingTests
{
    private readonly VirtualWorld _world = new();
    private readonly FakeHub _hub;

    public ClosingTests() => _hub = new FakeHub(_world);

    [Fact]
    public async Task Hands_over_nothing_more_and_ends_when_the_handler_has_with_its_cursor_saved()
    {
        _hub.Publish(5);
        var gate = new TaskCompletionSource<bool>();
        var store = new MemoryCursorStore(new Cursor("e1", 0));
        await using var client = ClientUnderTest.Start(
            _world,
            _hub,
            options => options with { CursorStore = store },
            onEvent: _ => new ValueTask<bool>(gate.Task));
        await _world.PassAsync(100);
        await _world.DoAsync(() => client.Client.Close());
        Assert.Equal(ConnectionState.Closed, client.Client.State);
        Assert.Empty(_hub.Open);
        await _world.PassAsync(TimeSpan.FromMinutes(1));
        Assert.False(client.Client.Closed.IsCompleted);
        gate.SetResult(true);
        await client.Client.Closed;
        Assert.Equal([1], client.Delivered);
        Assert.Equal(1, store.Cursor?.Sequence);
        Assert.Equal(0, _world.Clock.PendingTimers);
    }

    [Fact]
    public async Task May_be_asked_for_by_a_handler_and_by_who_is_told_of_the_status()
    {
        _hub.Publish(5);
        await using var client = ClientUnderTest.Start(_world, _hub, options => options with { Start = StartFrom.Oldest });
        client.OnEvent = _ =>
        {
            client.Client.Close();
            return new ValueTask<bool>(true);
        };
        await _world.PassAsync(TimeSpan.FromMinutes(1));
        await client.Client.Closed;
        Assert.Equal([1], client.Delivered);
        Assert.Equal("Closed: Closed", client.Path.Last());
        Assert.Equal(0, _world.Clock.PendingTimers);

        var other = new VirtualWorld();
        var otherHub = new FakeHub(other);
        otherHub.Publish(5);
        await using var byStatus = ClientUnderTest.Start(other, otherHub, options => options with { Start = StartFrom.Oldest });
        byStatus.OnStatus = status =>
        {
            if (status.State == ConnectionState.CatchingUp)
            {
                byStatus.Client.Close();
            }
        };
        await other.PassAsync(TimeSpan.FromMinutes(1));
        await byStatus.Client.Closed;
        Assert.Empty(byStatus.Delivered);
        Assert.Equal(0, other.Clock.PendingTimers);
    }

    [Fact]
    public async Task Leaves_no_timer_and_no_socket_at_whatever_moment_it_comes()
    {
        foreach (var moment in Enumerable.Range(0, 140))
        {
            var world = new VirtualWorld();
            var hub = new FakeHub(world);
            hub.Publish(12);
            var timing = new DeliveryTiming
            {
                SocketLife = TimeSpan.FromMilliseconds(60),
                Answer = TimeSpan.FromMilliseconds(8),
                Stable = TimeSpan.FromMilliseconds(15),
            };
            await using var client = ClientUnderTest.Start(
                world,
                hub,
                options => options with { Start = StartFrom.Oldest, Tokens = SlowTokens(world.Clock) },
                timing,
                onEvent: recorded => HandleAsync(recorded, world.Clock));
            await world.PassAsync(moment);
            await world.DoAsync(() => client.Client.Close());
            var (delivered, sockets) = (client.Delivered.Count, hub.Sockets.Count);

            // What is left is the hub's, and the handler's and the token source's own.
            await world.PassAsync(20);
            await client.Client.Closed;
            Assert.Equal(0, world.Clock.PendingTimers);
            Assert.Empty(hub.Open);
            await world.PassAsync(TimeSpan.FromMinutes(10));
            Assert.Equal((delivered, sockets), (client.Delivered.Count, hub.Sockets.Count));
        }
    }

    /// <summary>Every second one waits.</summary>
    private static FakeTokens SlowTokens(TimeProvider clock)
    {
        var asked = 0;
        return new FakeTokens(async (_, cancellationToken) =>
        {
            asked++;
            var token = ClientUnderTest.TokenUntil(clock.GetUtcNow().AddHours(1), $"t{asked}");
            if (asked % 2 == 1)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(3), clock, cancellationToken);
            }

            return token;
        });
    }

    private static async ValueTask<bool> HandleAsync(RecordedEvent recorded, TimeProvider clock)
    {
        if (recorded.Sequence % 2 == 1)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), clock);
        }

        return true;
    }
}
