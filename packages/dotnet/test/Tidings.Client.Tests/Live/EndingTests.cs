namespace Tidings.Client.Tests.Live;

public sealed class EndingTests
{
    [Fact]
    public async Task A_reset_that_the_end_cuts_short_is_told_again_in_the_next_life()
    {
        var store = new MemoryCursorStore(new Cursor("e0", 7));
        var told = 0;
        await using (var test = new LiveUnderTest(options => options with
        {
            CursorStore = store,
            Reset = async (_, cancellationToken) =>
            {
                Interlocked.Increment(ref told);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            },
        }))
        {
            test.Hub.Publish(3);
            test.Live.Connect();
            await test.UntilAsync(() => Volatile.Read(ref told) == 1);
        }

        Assert.Equal(new Cursor("e0", 7), store.Cursor);
    }

    [Fact]
    public async Task What_fails_when_it_is_told_of_the_end_is_reported_and_no_mistake_of_the_client()
    {
        var test = new LiveUnderTest(tokens: new FakeTokens((_, cancellationToken) =>
        {
            cancellationToken.Register(() => throw new InvalidOperationException("in the way"));
            return new ValueTask<string>("token");
        }));
        test.Live.Connect();
        await test.UntilAsync(() => test.Live.State == ConnectionState.Live);
        await test.DisposeAsync();
        Assert.Equal([ErrorCodes.HandlerFailed], test.Errors.Select(error => error.Code));
    }

    [Fact]
    public async Task A_log_that_fails_stops_no_event_and_no_end()
    {
        await using var test = new LiveUnderTest(logger: new BrokenLogger<TidingsLive>());
        test.Hub.Publish(3);
        Assert.Equal([1L, 2, 3], await test.ReadAsync(3));
    }
}
