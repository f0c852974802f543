namespace Tidings.Client.Tests;

[Collection(ClockTests.Name)]
public sealed class SubscriptionLoopTests
{
    [Fact]
    public async Task Gives_what_was_not_acknowledged_again_and_has_sent_the_last_acknowledgement_when_the_loop_is_left()
    {
        var world = new ConsumerWorld(3);
        await using var consumer = world.Create();
        var loop = Task.Run(async () =>
        {
            var skips = 1;
            await foreach (var delivery in consumer.ReadAllAsync())
            {
                world.Give(delivery.Event);
                if (delivery.Event.Sequence != 2 || skips-- <= 0)
                {
                    delivery.Ack();
                }

                if (delivery.Event.Sequence == 3)
                {
                    break;
                }
            }
        });
        await world.Clock.RunAsync(loop);
        Assert.Equal([1L, 2, 2, 3], world.Given);
        Assert.Equal((3, ConnectionState.Closed, 0), (world.Cursor, consumer.State, world.Clock.PendingTimers));
        Assert.Equal(["HANDLER_FAILED"], world.Errors.Select(error => error.Code));
    }

    [Fact]
    public async Task Does_not_acknowledge_the_event_that_a_loop_was_left_at()
    {
        var world = new ConsumerWorld(3);
        await using var consumer = world.Create();
        var loop = Task.Run(async () =>
        {
            await foreach (var delivery in consumer.ReadAllAsync())
            {
                if (delivery.Event.Sequence == 2)
                {
                    throw new InvalidOperationException("of the loop");
                }

                delivery.Ack();
            }
        });
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => world.Clock.RunAsync(loop));
        Assert.Equal("of the loop", thrown.Message);
        Assert.Equal(1, world.Cursor);
        Assert.Empty(world.Errors);
    }

    [Fact]
    public async Task Gives_several_before_the_first_is_acknowledged_as_many_as_it_was_told()
    {
        var world = new ConsumerWorld(5);
        await using var consumer = world.Create(options => options with { Concurrency = 2 });
        List<SubscriptionDelivery> deliveries = [];
        var loop = Task.Run(async () =>
        {
            await foreach (var delivery in consumer.ReadAllAsync())
            {
                lock (deliveries)
                {
                    deliveries.Add(delivery);
                    world.Give(delivery.Event);
                }
            }
        });
        await world.Until(() => world.Given.Count == 2);
        deliveries.Single(delivery => delivery.Event.Sequence == 2).Ack();
        await world.Until(() => world.Given.Count == 3);
        Assert.Empty(world.Api.Acknowledged);
        deliveries.Single(delivery => delivery.Event.Sequence == 1).Ack();
        deliveries.Single(delivery => delivery.Event.Sequence == 3).Ack();
        await world.Until(() => world.Given.Count == 5 && world.Cursor == 3);
        await world.Clock.RunAsync(consumer.StopAsync(TimeSpan.FromSeconds(1)));
        await loop;
        Assert.Equal(3, world.Cursor);
    }

    [Fact]
    public async Task Acknowledges_what_the_loop_was_dealing_with_when_it_was_stopped()
    {
        var world = new ConsumerWorld(3);
        await using var consumer = world.Create();
        var gate = new TaskCompletionSource();
        var loop = Task.Run(async () =>
        {
            await foreach (var delivery in consumer.ReadAllAsync())
            {
                world.Give(delivery.Event);
                await gate.Task;
                delivery.Ack();
            }
        });
        await world.Until(() => world.Given.Count == 1);
        var stopping = consumer.StopAsync();
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping;
        await loop;
        Assert.Equal(1, world.Cursor);
        Assert.Equal([1L], world.Given);
    }

    [Fact]
    public async Task Stops_without_a_loop_that_takes_too_long_whose_event_comes_again()
    {
        var world = new ConsumerWorld(1);
        await using var consumer = world.Create();
        var deliveries = consumer.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await deliveries.MoveNextAsync());
        await world.Clock.RunAsync(consumer.StopAsync(TimeSpan.FromSeconds(1)));
        deliveries.Current.Ack();
        Assert.False(await deliveries.MoveNextAsync());
        Assert.Equal(0, world.Cursor);
        await deliveries.DisposeAsync();
    }

    [Fact]
    public async Task Ends_the_loop_by_its_token_with_what_was_acknowledged_until_then()
    {
        var world = new ConsumerWorld(2);
        await using var consumer = world.Create();
        using var source = new CancellationTokenSource();
        var loop = Task.Run(async () =>
        {
            await foreach (var delivery in consumer.ReadAllAsync(source.Token))
            {
                world.Give(delivery.Event);
                delivery.Ack();
            }
        });
        await world.Until(() => world.Given.Count == 2 && consumer.State == ConnectionState.Live);
        await source.CancelAsync();
        var ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
        Assert.Equal(source.Token, ended.CancellationToken);
        Assert.Equal((2, ConnectionState.Closed, 0), (world.Cursor, consumer.State, world.Clock.PendingTimers));
    }

    [Fact]
    public async Task Throws_in_the_loop_what_the_hub_refuses_and_takes_one_loop_only()
    {
        var world = new ConsumerWorld();
        world.Api.Subscription = null;
        await using var consumer = world.Create();
        var error = await Assert.ThrowsAsync<DeliveryException>(async () =>
            await consumer.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync());
        Assert.Equal("HUB_REFUSED", error.Code);
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await consumer.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync());
    }
}
