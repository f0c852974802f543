using Tidings.Client.Events;
using Tidings.Client.Tests.Delivery;

namespace Tidings.Client.Tests.Live;

public sealed class TidingsLiveTests
{
    [Fact]
    public async Task The_cursor_passes_an_event_when_the_loop_asks_for_the_next()
    {
        await using var test = new LiveUnderTest();
        test.Hub.Publish(3);
        await using var loop = test.Live.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await test.UntilAsync(loop.MoveNextAsync().AsTask()));
        Assert.Equal(1, loop.Current.Sequence);
        await test.World.PassAsync(100);
        Assert.Null(test.Live.Cursor);
        Assert.True(await test.UntilAsync(loop.MoveNextAsync().AsTask()));
        await test.UntilAsync(() => test.Live.Cursor?.Sequence == 1);
        Assert.Equal(2, loop.Current.Sequence);
    }

    [Fact]
    public async Task A_loop_that_was_left_at_an_event_has_not_dealt_with_it()
    {
        var store = new MemoryCursorStore();
        await using var test = new LiveUnderTest(options => options with { CursorStore = store });
        test.Hub.Publish(5);
        Assert.Equal([1, 2], await test.ReadAsync(2));
        await test.World.PassAsync(1000);
        Assert.Equal(1, test.Live.Cursor?.Sequence);
        Assert.Equal([2, 3, 4], await test.ReadAsync(3));
        await test.DisposeAsync();
        Assert.Equal(3, store.Cursor?.Sequence);
    }

    [Fact]
    public async Task A_second_loop_is_refused_and_disturbs_nothing()
    {
        await using var test = new LiveUnderTest();
        test.Hub.Publish(2);
        await using var loop = test.Live.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await test.UntilAsync(loop.MoveNextAsync().AsTask()));
        await using var other = test.Live.ReadAllAsync().GetAsyncEnumerator();
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.UntilAsync(other.MoveNextAsync().AsTask()));
        Assert.True(await test.UntilAsync(loop.MoveNextAsync().AsTask()));
        Assert.Equal(2, loop.Current.Sequence);
    }

    [Fact]
    public async Task A_handler_that_fails_is_reported_and_delivery_goes_on()
    {
        await using var test = new LiveUnderTest();
        test.Hub.Publish(3);
        List<long> handled = [];
        using var stop = new CancellationTokenSource();
        var running = test.Live.RunAsync(
            (recorded, _) =>
            {
                handled.Add(recorded.Sequence);
                return recorded.Sequence == 2 ? throw new FormatException("broken") : Task.CompletedTask;
            },
            stop.Token);
        await test.UntilAsync(() => test.Live.Cursor?.Sequence == 3);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal([1, 2, 3], handled);
        await test.UntilAsync(() => !test.Errors.IsEmpty);
        var error = Assert.Single(test.Errors);
        Assert.Equal((ErrorCodes.HandlerFailed, "event-2"), (error.Code, error.EventId));
        Assert.IsType<FormatException>(error.InnerException);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task A_handler_under_way_at_the_cancellation_decides_whether_its_event_was_dealt_with(bool isDone, long cursor)
    {
        await using var test = new LiveUnderTest();
        test.Hub.Publish(3);
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource<bool>();
        var go = new TaskCompletionSource<bool>();
        var running = test.Live.RunAsync(
            async (_, cancellationToken) =>
            {
                begun.SetResult(true);
                await go.Task;
                if (!isDone)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            },
            stop.Token);
        await test.UntilAsync(begun.Task);
        await stop.CancelAsync();
        await test.World.PassAsync(100);
        Assert.False(running.IsCompleted);
        go.SetResult(true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await test.World.PassAsync(100);
        Assert.Equal(cursor, test.Live.Cursor?.Sequence ?? 0);
    }

    [Fact]
    public async Task Handlers_get_what_their_patterns_match_and_one_that_fails_stops_no_other()
    {
        await using var test = new LiveUnderTest();
        test.Hub.Publish(2);
        List<string> told = [];
        test.Live.On("bank.*", (recorded, _) => Tell($"all {recorded.Sequence}"));
        test.Live.On("bank.transaction:*", (recorded, _) => Tell($"none {recorded.Sequence}"));
        test.Live.On<BankTestCreatedV1>((recorded, _, _) => Tell($"typed {recorded.Sequence}"));
        test.Live.On("*", (_, _) => Tell("removed")).Dispose();
        using var stop = new CancellationTokenSource();
        var running = test.Live.RunAsync(stop.Token);
        await test.UntilAsync(() => test.Live.Cursor?.Sequence == 2 && test.Errors.Count == 2);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(["all 1", "all 2"], told);

        // The data of these events is of no schema: that is a failure of the typed handler.
        Assert.All(test.Errors, error => Assert.Equal(
            HubCodes.EventDataInvalid,
            Assert.IsType<DeliveryException>(error.InnerException).Code));

        Task Tell(string what)
        {
            told.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Running_without_a_handler_is_refused()
    {
        await using var test = new LiveUnderTest();
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.Live.RunAsync());
    }

    [Fact]
    public async Task The_end_ends_loops_and_leaves_no_timer_no_socket_and_no_task()
    {
        var test = new LiveUnderTest();
        test.Hub.Publish(1);
        await using var loop = test.Live.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await test.UntilAsync(loop.MoveNextAsync().AsTask()));
        await test.World.PassAsync(100);
        await test.DisposeAsync();
        await test.DisposeAsync();
        Assert.False(await loop.MoveNextAsync());
        Assert.Equal(ConnectionState.Closed, test.Live.State);
        Assert.Empty(test.Hub.Open);
        Assert.Equal(0, test.PendingTimers);
        Assert.True(test.World.Mailbox.Completion.IsCompletedSuccessfully);
        Assert.False(test.World.Mailbox.Post(() => { }));

        // The event under way was not dealt with, as far as anybody knows.
        Assert.Null(test.Live.Cursor);
    }

    [Fact]
    public async Task May_end_before_it_has_begun()
    {
        var test = new LiveUnderTest();
        await test.DisposeAsync();
        await using var loop = test.Live.ReadAllAsync().GetAsyncEnumerator();
        Assert.False(await loop.MoveNextAsync());
        Assert.Empty(test.Hub.Sockets);
    }

    [Fact]
    public async Task A_loop_throws_what_the_hub_refuses_for_good()
    {
        await using var test = new LiveUnderTest();
        test.Hub.Refuses = (_, _) => HubCodes.ScopeMissing;
        var error = await Assert.ThrowsAsync<DeliveryException>(() => test.ReadAsync(1));
        Assert.Equal(ErrorCodes.HubRefused, error.Code);
        Assert.Equal(HubCodes.ScopeMissing, Assert.IsType<HubException>(error.InnerException).Code);
        Assert.False(error.IsRetryable);
        Assert.Equal(ConnectionState.Closed, test.Live.State);
    }

    [Fact]
    public async Task A_reset_is_told_between_the_last_event_of_before_and_the_first_of_after()
    {
        List<string> told = [];
        await using var test = new LiveUnderTest(options => options with
        {
            Reset = (reset, _) =>
            {
                told.Add($"{reset.Reason} {reset.Previous?.Sequence}");
                return Task.CompletedTask;
            },
        });
        test.Hub.Publish(2);
        using var stop = new CancellationTokenSource();
        var running = test.Live.RunAsync(
            (recorded, _) =>
            {
                told.Add($"{recorded.Sequence}");
                return Task.CompletedTask;
            },
            stop.Token);
        await test.UntilAsync(() => test.Live.Cursor?.Sequence == 2);
        await test.World.DoAsync(() =>
        {
            (test.Hub.Epoch, test.Hub.Head) = ("e2", 1);
            test.Hub.Cut();
        });
        await test.UntilAsync(() => test.Live.Cursor == new Cursor("e2", 1));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(["1", "2", "Epoch 2", "1"], told);
    }

    [Theory]
    [InlineData("https://hub.example/v1", null, null)]
    [InlineData("ws://hub.example/v1", null, null)]
    [InlineData("wss://user:secret@hub.example/v1", null, null)]
    [InlineData("nowhere", null, null)]
    [InlineData("wss://hub.example/v1", "ftp://hub.example", null)]
    [InlineData("wss://hub.example/v1", null, "")]
    public void Refuses_options_that_cannot_be_used(string socketUrl, string? apiUrl, string? type)
    {
        var options = new TidingsLiveOptions
        {
            SocketUrl = socketUrl,
            ApiUrl = apiUrl,
            Filter = type is null ? null : new EventFilter { Types = [type] },
        };
        var error = Assert.Throws<OptionsException>(() => new TidingsLive(options, new FakeTokens()));
        Assert.Equal(ErrorCodes.OptionsInvalid, error.Code);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }
}
