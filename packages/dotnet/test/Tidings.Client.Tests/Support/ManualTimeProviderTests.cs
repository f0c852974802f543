namespace Tidings.Client.Tests;

public sealed class ManualTimeProviderTests
{
    [Fact]
    public void Fires_what_is_due_in_the_order_of_its_time_and_at_its_time()
    {
        var clock = new ManualTimeProvider();
        var start = clock.GetUtcNow();
        List<(string Name, TimeSpan At)> fired = [];
        void Note(object? name) => fired.Add(((string)name!, clock.GetUtcNow() - start));
        using var late = clock.CreateTimer(Note, "late", TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var repeated = clock.CreateTimer(Note, "repeated", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        using var never = clock.CreateTimer(Note, "never", TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        never.Dispose();

        clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(
            [("repeated", TimeSpan.FromSeconds(2)), ("late", TimeSpan.FromSeconds(3)), ("repeated", TimeSpan.FromSeconds(4))],
            fired);
        Assert.Equal(1, clock.PendingTimers);
        Assert.Equal(TimeSpan.FromSeconds(4).Ticks, clock.GetTimestamp());
    }

    [Fact]
    public async Task Ends_a_delay_that_was_started_with_it()
    {
        var clock = new ManualTimeProvider();
        var delay = Task.Delay(TimeSpan.FromMinutes(1), clock);

        Assert.True(clock.AdvanceToNext(TimeSpan.FromMinutes(1)));

        await delay;
        Assert.Equal(0, clock.PendingTimers);
    }

}
