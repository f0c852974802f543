using static Tidings.Client.Tests.RecordedEvents;

namespace Tidings.Client.Tests;

[Collection(ClockTests.Name)]
public sealed class TidingsSubscriptionTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Gives_each_event_in_order_and_acknowledges_them()
    {
        var world = new ConsumerWorld(250);
        await using var consumer = world.Create();
        var running = world.Run(consumer);
        await world.Until(() => world.Cursor == 250);
        world.Api.Head = 252;
        await world.Until(() => world.Cursor == 252 && consumer.State == ConnectionState.Live);
        Assert.Equal(Numbers(1, 252), world.Given);
        Assert.Empty(world.Errors);
        await consumer.StopAsync();
        await running;
        Assert.Equal((ConnectionState.Closed, 0), (consumer.State, world.Clock.PendingTimers));
    }

    [Fact]
    public async Task Waits_for_each_handler_before_the_next_if_it_takes_one_at_a_time()
    {
        var world = new ConsumerWorld(3);
        var gates = Gates(3);
        await using var consumer = world.Create();
        _ = world.Run(consumer, sequence => gates[sequence - 1].Task);
        await world.Until(() => world.Given.Count == 1);
        gates[1].SetResult();
        gates[0].SetResult();
        await world.Until(() => world.Given.Count == 3 && world.Cursor == 2);
        await world.StayAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(2, world.Cursor);
        gates[2].SetResult();
        await world.Until(() => world.Cursor == 3);
        Assert.Equal(Numbers(1, 3), world.Given);
    }

    [Fact]
    public async Task Gives_an_event_again_that_a_handler_failed_at_and_what_follows_with_growing_waits()
    {
        var world = new ConsumerWorld(4);
        var failures = 0;
        await using var consumer = world.Create();
        _ = world.Run(consumer, sequence => sequence == 3 && ++failures <= 3
            ? Task.FromException(new InvalidOperationException($"failure {failures}"))
            : Task.CompletedTask);
        await world.Until(() => world.Cursor == 4);
        Assert.Equal([1L, 2, 3, 3, 3, 3, 4], world.Given);
        Assert.Equal(
            Enumerable.Repeat(("HANDLER_FAILED", (string?)"event-3"), 3),
            world.Errors.Select(error => (error.Code, error.EventId)));
        Assert.IsType<InvalidOperationException>(world.Errors[0].InnerException);
        Assert.Equal(
            [0.5, 1, 2],
            world.Statuses.Where(status => status.Reason == StatusReason.HandlerFailed).Select(status => status.RetryIn!.Value.TotalSeconds));
    }

    [Fact]
    public async Task Is_rid_of_an_event_that_always_fails_when_somebody_else_acknowledges_it()
    {
        var world = new ConsumerWorld(3);
        await using var consumer = world.Create();
        _ = world.Run(consumer, sequence => sequence == 2 ? throw new InvalidOperationException("poison") : Task.CompletedTask);
        await world.Until(() => world.Errors.Count == 4);
        Assert.Equal(1, world.Cursor);
        Assert.DoesNotContain(3, world.Given);
        world.Api.Subscription = new Cursor("e1", 2);
        await world.Until(() => world.Cursor == 3);
        Assert.Equal(3, world.Given[^1]);
    }

    [Fact]
    public async Task Handles_several_at_once_and_acknowledges_what_has_no_gap()
    {
        var world = new ConsumerWorld(5);
        var gates = Gates(5);
        await using var consumer = world.Create(options => options with { Concurrency = 3 });
        _ = world.Run(consumer, sequence => gates[sequence - 1].Task);
        await world.Until(() => world.Given.Count == 3);
        gates[1].SetResult();
        gates[2].SetResult();
        await world.Until(() => world.Given.Count == 5);
        await world.StayAsync(TimeSpan.FromSeconds(5));
        Assert.Empty(world.Api.Acknowledged);
        gates[0].SetResult();
        await world.Until(() => world.Cursor == 3);
        gates[3].SetResult();
        gates[4].SetResult();
        await world.Until(() => world.Cursor == 5);
        Assert.Equal(Numbers(1, 5), world.Given.Order());
    }

    [Fact]
    public async Task Gives_what_ended_after_a_failure_again_of_those_at_once()
    {
        var world = new ConsumerWorld(4);
        var hasFailed = 0;
        await using var consumer = world.Create(options => options with { Concurrency = 4 });
        _ = world.Run(consumer, sequence => sequence == 2 && Interlocked.Exchange(ref hasFailed, 1) == 0
            ? throw new InvalidOperationException("once")
            : Task.CompletedTask);
        await world.Until(() => world.Cursor == 4);
        Assert.Equal((1, 2), (world.Given.Count(one => one == 1), world.Given.Count(one => one == 2)));
    }

    [Fact]
    public async Task Begins_others_while_a_handler_blocks_its_thread()
    {
        var world = new ConsumerWorld(2);
        using var second = new ManualResetEventSlim();
        await using var consumer = world.Create(options => options with { Concurrency = 2 });
        _ = world.Run(consumer, sequence =>
        {
            if (sequence == 1)
            {
                Assert.True(second.Wait(TimeSpan.FromSeconds(20)));
            }

            second.Set();
            return Task.CompletedTask;
        });
        await world.Until(() => world.Cursor == 2);
    }

    [Fact]
    public async Task Stops_when_its_handlers_have_ended_and_leaves_what_it_has_not_begun()
    {
        var world = new ConsumerWorld(10);
        var gate = new TaskCompletionSource();
        await using var consumer = world.Create();
        var running = world.Run(consumer, sequence => sequence == 3 ? gate.Task : Task.CompletedTask);
        await world.Until(() => world.Given.Count == 3);
        var stopping = consumer.StopAsync();
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping;
        await consumer.StopAsync();
        await running;
        Assert.Equal((3, ConnectionState.Closed, 0), (world.Cursor, consumer.State, world.Clock.PendingTimers));
        Assert.Equal(Numbers(1, 3), world.Given);
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Run(consumer));
    }

    [Fact]
    public async Task Stops_without_a_handler_that_takes_too_long_whose_event_comes_again_in_the_next_life()
    {
        var world = new ConsumerWorld(3);
        var first = world.Create();
        var wasTold = new TaskCompletionSource();
        var running = first.RunAsync(async (recorded, given) =>
        {
            world.Give(recorded);
            if (recorded.Sequence == 2)
            {
                using var told = given.Register(wasTold.SetResult);
                await new TaskCompletionSource().Task;
            }
        });
        await world.Until(() => world.Given.Count == 2);
        await world.Clock.RunAsync(first.StopAsync(s_second));
        await wasTold.Task;
        await running;
        Assert.Equal(1, world.Cursor);
        Assert.Empty(world.Errors);
        await first.DisposeAsync();
        await using var next = world.Create();
        _ = world.Run(next);
        await world.Until(() => world.Cursor == 3);
        Assert.Equal([1L, 2, 2, 3], world.Given);
    }

    [Fact]
    public async Task Ends_normally_when_its_token_is_cancelled_and_waits_for_handlers_as_it_was_told()
    {
        var world = new ConsumerWorld(3);
        using var source = new CancellationTokenSource();
        await using var consumer = world.Create(options => options with { StopTimeout = s_second });
        var running = world.Run(
            consumer, sequence => sequence == 2 ? new TaskCompletionSource().Task : Task.CompletedTask, source.Token);
        await world.Until(() => world.Given.Count == 2);
        await source.CancelAsync();
        await world.Clock.RunAsync(running);
        Assert.Equal((1, ConnectionState.Closed, 0), (world.Cursor, consumer.State, world.Clock.PendingTimers));

        await using var other = world.Create();
        await world.Run(other, cancellationToken: source.Token);
        Assert.Equal(2, world.Given.Count);
    }

    [Fact]
    public async Task Waits_while_the_subscription_is_paused_and_goes_on()
    {
        var world = new ConsumerWorld(2);
        world.Api.IsPaused = true;
        await using var consumer = world.Create();
        _ = world.Run(consumer);
        await world.Until(() => world.Api.Pulls == 5);
        Assert.Equal(ConnectionState.Behind, consumer.State);
        Assert.Empty(world.Errors);
        world.Api.IsPaused = false;
        await world.Until(() => world.Cursor == 2 && consumer.State == ConnectionState.Live);
        Assert.Equal([1L, 2], world.Given);
    }

    [Fact]
    public async Task Ends_with_an_error_where_there_is_no_such_subscription()
    {
        var world = new ConsumerWorld();
        world.Api.Subscription = null;
        await using var consumer = world.Create();
        var error = await Assert.ThrowsAsync<DeliveryException>(() => world.Run(consumer));
        Assert.Equal(("HUB_REFUSED", 404, false), (error.Code, error.Status, error.IsRetryable));
        Assert.Equal(HubCodes.SubscriptionNotFound, Assert.IsType<HubException>(error.InnerException).Code);
        Assert.Same(error, Assert.Single(world.Errors));
        Assert.Equal((ConnectionState.Closed, 0), (consumer.State, world.Clock.PendingTimers));
    }

    [Fact]
    public async Task Creates_the_subscription_if_that_is_asked_for_and_there_is_none()
    {
        var world = new ConsumerWorld(3);
        world.Api.Subscription = null;
        var create = new SubscriptionCreation { Filter = new EventFilter { Types = ["bank.a"] }, Start = StartFrom.Oldest };
        await using var consumer = world.Create(options => options with { Create = create });
        _ = world.Run(consumer);
        await world.Until(() => world.Cursor == 3);
        await using var other = world.Create(options => options with { Create = create });
        _ = world.Run(other);
        await world.Until(() => other.State == ConnectionState.Live);
        var created = Assert.Single(world.Api.Calls, call => call.Path == "/subscriptions");
        Assert.Equal("""{"name":"billing","filter":{"types":["bank.a"]},"cursor":{"sequence":0}}""", created.Body);
        Assert.Equal(Numbers(1, 3), world.Given);
    }

    [Fact]
    public async Task Tries_to_create_it_until_the_hub_answers_unless_it_refuses_for_good()
    {
        var world = new ConsumerWorld(1);
        var refusals = new Queue<(int, string, string?)?>([(503, "INTERNAL_ERROR", null), (401, "TOKEN_EXPIRED", null), (403, "SCOPE_MISSING", null)]);
        world.Api.Refuses = (_, _, _) => refusals.TryDequeue(out var refusal) ? refusal : null;
        await using var consumer = world.Create(options => options with { Create = new SubscriptionCreation() });
        var running = world.Run(consumer);
        var error = await Assert.ThrowsAsync<DeliveryException>(() => world.Clock.RunAsync(running));
        Assert.Equal("SCOPE_MISSING", ((HubException)error.InnerException!).Code);
        Assert.Equal(["HUB_FAILED", "HUB_FAILED", "HUB_REFUSED"], world.Errors.Select(one => one.Code));
    }

    [Fact]
    public async Task Is_told_that_history_was_cut_and_goes_on_with_what_is_left()
    {
        var world = new ConsumerWorld(20);
        world.Api.Oldest = 16;
        await using var consumer = world.Create();
        _ = world.Run(consumer);
        await world.Until(() => world.Cursor == 20);
        Assert.Equal([new DeliveryReset(ResetReason.Retention, "e1", 16, 20, null)], world.Resets);
        Assert.Equal(Numbers(16, 20), world.Given);
        Assert.Empty(world.Errors);
    }

    [Fact]
    public async Task Goes_on_in_another_history_also_if_it_was_at_work_in_the_one_before()
    {
        var world = new ConsumerWorld(5);
        var gate = new TaskCompletionSource();
        await using var consumer = world.Create();
        _ = world.Run(consumer, sequence => sequence == 5 ? gate.Task : Task.CompletedTask);
        await world.Until(() => world.Given.Count == 5);
        (world.Api.Epoch, world.Api.Head) = ("e2", 3);
        gate.SetResult();
        await world.Until(() => world.Api.Subscription == new Cursor("e2", 3));
        Assert.Equal([1L, 2, 3, 4, 5, 1, 2, 3], world.Given);
        Assert.Equal([ResetReason.Epoch], world.Resets.Select(reset => reset.Reason));
    }

    [Fact]
    public async Task Is_stopped_before_it_has_begun()
    {
        var consumer = new ConsumerWorld().Create();
        await consumer.StopAsync();
        Assert.Equal(ConnectionState.Closed, consumer.State);
        await consumer.DisposeAsync();
        await consumer.StopAsync();
    }

    [Fact]
    public async Task Gives_two_consumers_of_one_name_the_same_and_neither_loses_anything()
    {
        var world = new ConsumerWorld(300);
        await using var one = world.Create();
        await using var other = world.Create(options => options with { Limit = 7 });
        List<long> first = [], second = [];
        _ = one.RunAsync((recorded, _) => Note(first, recorded));
        _ = other.RunAsync((recorded, _) => Note(second, recorded));
        await world.Until(() => world.Cursor == 300 && one.State == ConnectionState.Live && other.State == ConnectionState.Live);
        await Task.WhenAll(one.StopAsync(), other.StopAsync());
        Assert.Equal(Numbers(1, 300), first.Union(second).Order());
        Assert.Equal(first.Distinct().Order(), first);
        Assert.Equal(second.Distinct().Order(), second);
        Assert.Empty(world.Errors);
    }

    private static Task Note(List<long> list, RecordedEvent recorded)
    {
        list.Add(recorded.Sequence);
        return Task.CompletedTask;
    }

    private static TaskCompletionSource[] Gates(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
}
