namespace Tidings.Client.Tests.Delivery;

public sealed class DeliveryClientTests
{
    private readonly VirtualWorld _world = new();
    private readonly FakeHub _hub;

    public DeliveryClientTests() => _hub = new FakeHub(_world);

    [Fact]
    public async Task Opens_a_socket_with_the_token_and_subscribes_from_the_head_on()
    {
        _hub.Publish(3);
        await using var client = Start(options => options with
        {
            Wish = new Wish { Filter = new EventFilter { Types = ["bank.*"] } },
        });
        await _world.PassAsync(100);
        Assert.Equal(["token"], _hub.Sockets.Select(socket => socket.Token));
        Assert.Equal(
            """{"id":"1","action":"subscribe","filter":{"types":["bank.*"]}}""",
            Assert.Single(_hub.Received).GetRawText());
        Assert.Equal(ConnectionState.Live, client.Client.State);
        Assert.Equal(new Cursor("e1", 3), client.Client.Cursor);
        await _world.DoAsync(() => _hub.Publish(2));
        await _world.PassAsync(100);
        Assert.Equal([4, 5], client.Delivered);
        Assert.Equal(["Connecting: Starting", "CatchingUp: Subscribed", "Live: CaughtUp"], client.Path);
    }

    [Fact]
    public async Task Reads_everything_that_is_retained_a_page_after_the_other_from_the_oldest_on()
    {
        _hub.Publish(35);
        _hub.Oldest = 8;
        await using var client = Start(options => options with { Start = StartFrom.Oldest });
        await _world.PassAsync(500);
        Assert.Equal(Recorded.Numbers(8, 35), client.Delivered);
        Assert.Equal(2, _hub.Actions("sync").Count);
        Assert.Empty(client.Resets);
        Assert.Equal(ConnectionState.Live, client.Client.State);
    }

    [Fact]
    public async Task Comes_back_from_its_cursor_without_gap_or_repeat_when_its_socket_is_lost()
    {
        await using var client = Start(options => options with { Start = StartFrom.Oldest });
        _hub.Publish(3);
        await _world.PassAsync(100);
        await _world.DoAsync(() =>
        {
            _hub.Cut();
            _hub.Publish(15);
        });
        Assert.Equal(ConnectionState.Connecting, client.Client.State);
        await _world.PassAsync(2000);
        Assert.Equal(Recorded.Numbers(1, 18), client.Delivered);
        Assert.Contains(
            new ConnectionStatus(
                ConnectionState.Connecting,
                ConnectionState.Live,
                StatusReason.SocketClosed,
                TimeSpan.FromMilliseconds(500)),
            client.Statuses);
    }

    private ClientUnderTest Start(Func<DeliveryOptions, DeliveryOptions>? change = null) =>
        ClientUnderTest.Start(_world, _hub, change);
}
