namespace Tidings.Client.Tests.Delivery;

/// <summary>Whatever happens between a client and its hub: every event comes once. The seed is in the test's name.</summary>
public sealed class TroublesTests
{
    private static readonly TimeSpan[] s_pauses =
    [
        TimeSpan.Zero,
        TimeSpan.FromMilliseconds(3),
        TimeSpan.FromMilliseconds(7),
        TimeSpan.FromMilliseconds(20),
        TimeSpan.FromMilliseconds(400),
        TimeSpan.FromSeconds(20),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(55),
    ];

    private static readonly string[] s_codes = ["INTERNAL_ERROR", "RATE_LIMITED", "TOKEN_EXPIRED", "NOT_SUBSCRIBED"];

    public static TheoryData<int, bool, bool> Runs
    {
        get
        {
            var runs = new TheoryData<int, bool, bool>();
            foreach (var seed in Enumerable.Range(1, 60))
            {
                runs.Add(seed, (seed & 1) == 0, (seed & 2) == 0);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Lose_nothing_and_repeat_nothing(int seed, bool isStrict, bool isSlow)
    {
        var random = new Random(seed);
        var world = new VirtualWorld();
        var hub = new FakeHub(world);
        await using var client = ClientUnderTest.Start(
            world,
            hub,
            options => options with
            {
                IsStrict = isStrict,
                Start = StartFrom.Cursor(new Cursor(Cursor.NoEpoch, 0)),
                Tokens = new FakeTokens((_, _) => new ValueTask<string>(
                    ClientUnderTest.TokenUntil(world.Clock.GetUtcNow().AddMinutes(20)))),
            },
            new DeliveryTiming { Queue = 6 },
            random.NextDouble,
            isSlow ? _ => HandleSlowlyAsync(world.Clock) : null);
        for (var count = random.Next(4, 30); count > 0; count--)
        {
            await world.DoAsync(() => Cause(hub, random));
            await world.PassAsync(s_pauses[random.Next(s_pauses.Length)]);
        }

        await world.DoAsync(() =>
        {
            hub.Admits = _ => true;
            hub.Loses = (_, _) => false;
            hub.Refuses = (_, _) => null;
        });
        await world.PassAsync(TimeSpan.FromMinutes(20));

        var expected = Recorded.Numbers(1, hub.Head).Where(sequence => !hub.Foreign.Contains(sequence));
        Assert.Equal(expected, isStrict ? client.Delivered : client.Delivered.Order());
        Assert.Equal(hub.Head, client.Client.Cursor?.Sequence);
        Assert.Equal(ConnectionState.Live, client.Client.State);
        Assert.Empty(client.Resets);
        Assert.Single(hub.Open);
        await world.DoAsync(() => client.Client.Close());
        await world.PassAsync(100);
        Assert.True(client.Client.Closed.IsCompleted);
        Assert.Equal(0, world.Clock.PendingTimers);
    }

    private static async ValueTask<bool> HandleSlowlyAsync(TimeProvider clock)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(9), clock);
        return true;
    }

    private static void Cause(FakeHub hub, Random random)
    {
        var count = random.Next(1, 15);
        switch (random.Next(11))
        {
            case 0 or 1:
                hub.Publish(count);
                break;
            case 2:
                hub.Publish(count, isFor: false);
                break;
            case 3:
                hub.Publish(count, isLost: true);
                break;
            case 4:
                hub.Cut();
                break;
            case 5:
                hub.Sockets.ForEach(socket => socket.IsDead = true);
                break;
            case 6:
                hub.Sockets.ForEach(socket => socket.IsSubscribed = false);
                break;
            case 7:
                var isIn = random.Next(2) == 0;
                hub.Admits = _ => isIn;
                break;
            case 8:
                hub.Deliver(Math.Max(1, hub.Head - count), hub.Head);
                break;
            case 9:
                var losses = count;
                hub.Loses = (_, _) => --losses >= 0 && losses % 2 == 0;
                break;
            default:
                var left = count % 4;
                hub.Refuses = (frame, _) => --left < 0 ? null : RefusalOf(FakeHub.TextOf(frame, "action"), left + count);
                break;
        }
    }

    /// <summary>Whoever subscribes is never told that it has not.</summary>
    private static string? RefusalOf(string? action, int number)
    {
        var code = s_codes[number % s_codes.Length];
        return code is "NOT_SUBSCRIBED" && action is not "sync" ? null : code;
    }
}
