namespace Tidings.Client.Tests.Delivery;

/// <summary>A mailbox in a world in which time passes when the test says so.</summary>
internal sealed class VirtualWorld
{
    public VirtualWorld()
    {
        Clock = new ManualTimeProvider();
        Mailbox = new Mailbox(Faults.Add);
    }

    /// <summary>The world of a client that has made its own mailbox.</summary>
    public VirtualWorld(ManualTimeProvider clock, Mailbox mailbox)
    {
        Clock = clock;
        Mailbox = mailbox;
    }

    public ManualTimeProvider Clock { get; }

    public Mailbox Mailbox { get; }

    /// <summary>Mistakes of the client: there are none.</summary>
    public List<Exception> Faults { get; } = [];

    /// <summary>Lets time pass, and everything happen that is due in it.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var end = Clock.GetUtcNow() + time;
        await SettleAsync();
        while (Clock.AdvanceToNext(end - Clock.GetUtcNow()))
        {
            await SettleAsync();
        }

        Clock.Advance(end - Clock.GetUtcNow());
        Assert.Empty(Faults);
    }

    public Task PassAsync(double milliseconds) => PassAsync(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Waits until everything that was posted has been dealt with, and what that has posted.</summary>
    public async Task SettleAsync()
    {
        long before;
        var served = -1L;
        do
        {
            before = served;
            served = await DoAsync(() => Mailbox.Served);
        }
        while (served != before + 1);
    }

    /// <summary>Does something within the mailbox.</summary>
    public Task<T> DoAsync<T>(Func<T> act)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(Mailbox.Post(() => done.SetResult(act())), "The mailbox is closed");
        return done.Task;
    }

    public async Task DoAsync(Action act)
    {
        await DoAsync(() =>
        {
            act();
            return true;
        });
        await SettleAsync();
    }
}
