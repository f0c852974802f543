namespace Tidings.Client.Tests;

[Collection(ClockTests.Name)]
public sealed class StoppingTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Waits_no_longer_than_it_was_told_for_a_handler_that_blocks_its_thread(int concurrency)
    {
        var world = new ConsumerWorld(3);
        using var gate = new ManualResetEventSlim();
        await using var consumer = world.Create(options => options with { Concurrency = concurrency });
        try
        {
            var running = world.Run(consumer, _ =>
            {
                gate.Wait();
                return Task.CompletedTask;
            });
            await world.Until(() => world.Given.Count == concurrency);
            await world.Clock.RunAsync(consumer.StopAsync(s_second));
            await running;
        }
        finally
        {
            gate.Set();
        }

        Assert.Equal(0, world.Cursor);
    }

    [Fact]
    public async Task Gives_handlers_up_in_time_also_if_nobody_waits_for_the_end_any_more()
    {
        var world = new ConsumerWorld(1);
        await using var consumer = world.Create();
        using var impatience = new CancellationTokenSource();
        var running = world.Run(consumer, _ => new TaskCompletionSource().Task);
        await world.Until(() => world.Given.Count == 1);
        var stopping = consumer.StopAsync(s_second, impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopping);
        await world.Clock.RunAsync(running);
        await world.Until(() => world.Clock.PendingTimers == 0);
    }

    [Fact]
    public async Task Waits_no_longer_than_it_was_told_for_who_is_told_of_a_reset()
    {
        var world = new ConsumerWorld(20);
        world.Api.Oldest = 16;
        var told = 0;
        await using var consumer = world.Create(options => options with
        {
            Reset = (_, _) =>
            {
                Interlocked.Increment(ref told);
                return new TaskCompletionSource().Task;
            },
        });
        _ = world.Run(consumer);
        await world.Until(() => Volatile.Read(ref told) == 1);
        await world.Clock.RunAsync(consumer.StopAsync(s_second));

        // Nobody has dealt with it: the next life is told again.
        Assert.Equal(0, world.Cursor);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Ends_also_if_what_a_handler_does_when_it_is_given_up_throws(int seconds)
    {
        var world = new ConsumerWorld(1);
        await using var consumer = world.Create();
        var running = consumer.RunAsync(async (recorded, cancellationToken) =>
        {
            using var registration = cancellationToken.Register(() => throw new InvalidOperationException("in the way"));
            world.Give(recorded);
            await new TaskCompletionSource().Task;
        });
        await world.Until(() => world.Given.Count == 1);
        await world.Clock.RunAsync(consumer.StopAsync(TimeSpan.FromSeconds(seconds)));
        await running;
        Assert.Equal(["HANDLER_FAILED"], world.Errors.Select(error => error.Code));
    }

    [Fact]
    public async Task Takes_a_timeout_that_is_longer_than_any_timer()
    {
        using var http = new HttpClient(new FakeSubscriptionApi());
        var options = new TidingsSubscriptionOptions
        {
            ApiUrl = FakeSubscriptionApi.Url,
            Name = "billing",
            StopTimeout = TimeSpan.MaxValue,
        };
        await using var consumer = new TidingsSubscription(http, options, new FakeTokens());
        var running = consumer.RunAsync((_, _) => Task.CompletedTask);
        await consumer.StopAsync(TimeSpan.MaxValue);
        await running;
    }

    [Fact]
    public void Refuses_a_wait_that_is_longer_than_any_timer() => Assert.Throws<OptionsException>(
        () => new ConsumerWorld().Create(options => options with { IdleMost = TimeSpan.FromDays(50) }));

    [Fact]
    public async Task Goes_on_if_the_log_fails()
    {
        var api = new FakeSubscriptionApi { Head = 3 };
        using var http = new HttpClient(api);
        var clock = new ManualTimeProvider();
        var options = new TidingsSubscriptionOptions { ApiUrl = FakeSubscriptionApi.Url, Name = "billing", StopTimeout = TimeSpan.Zero };
        await using var consumer = new TidingsSubscription(
            http, options, new FakeTokens(), new BrokenLogger<TidingsSubscription>(), clock);
        var failures = 0;
        var running = consumer.RunAsync((_, _) => ++failures == 1
            ? throw new InvalidOperationException("once")
            : Task.CompletedTask);
        await clock.RunUntilAsync(() => api.Subscription?.Sequence == 3);
        await clock.RunAsync(consumer.StopAsync());
        await running;
    }
}
