namespace Tidings.Client.Tests.Api;

public sealed class DeadlineTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Ends_no_process_by_what_somebody_does_when_it_has_passed()
    {
        using var deadline = new Deadline(s_second, _clock, CancellationToken.None);
        using var registration = deadline.Token.Register(() => throw new InvalidOperationException("in the way"));
        _clock.Advance(s_second);
        Assert.True(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task A_timed_call_ends_no_process_by_it_either()
    {
        var running = TimedCall.RunAsync(
            async stop =>
            {
                using var registration = stop.Register(() => throw new InvalidOperationException("in the way"));
                return await new TaskCompletionSource<int>().Task;
            },
            s_second,
            _clock,
            CancellationToken.None);
        _clock.Advance(s_second);
        await Assert.ThrowsAsync<TimeoutException>(() => running.WaitAsync(TimeSpan.FromSeconds(20)));
    }
}
