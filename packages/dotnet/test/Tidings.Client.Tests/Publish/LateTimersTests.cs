namespace Tidings.Client.Tests.Publish;

public sealed class LateTimersTests
{
    [Fact]
    public async Task That_fire_while_they_are_disposed_of_harm_nothing()
    {
        var time = new LateTimers();
        using var hub = new ScriptedHub(time, ScriptedHub.Busy);
        using var http = new HttpClient(hub);
        var options = new TidingsApiOptions { ApiUrl = "https://hub.example", Random = () => 0.5 };
        var client = new TidingsApiClient(http, options, new FakeTokens(), timeProvider: time);
        var data = System.Text.Json.JsonDocument.Parse("{}").RootElement;
        var call = client.PublishAsync(NewEvent.FromJson("bank.test:created@v1", "acme", data));
        while (!call.IsCompleted)
        {
            time.Pass();
            await Task.Yield();
        }

        await call;

        // The budget, and for each of two tries a token and a request, and the wait in between.
        Assert.Equal(6, time.Late.Count);
        time.Late.ForEach(fire => fire());
    }

    /// <summary>A clock whose timers may fire after they are disposed of, as those of .NET Framework do.</summary>
    private sealed class LateTimers : TimeProvider
    {
        private readonly List<Timer> _waits = [];

        public List<Action> Late { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, () => callback(state), dueTime);
            _waits.Add(timer);
            return timer;
        }

        /// <summary>Ends what does not wait for long.</summary>
        public void Pass()
        {
            foreach (var timer in _waits.ToArray().Where(timer => timer.DueTime < TimeSpan.FromSeconds(1)))
            {
                timer.Fire();
            }
        }

        private sealed class Timer(LateTimers clock, Action fire, TimeSpan dueTime) : ITimer
        {
            public TimeSpan DueTime { get; } = dueTime;

            public void Fire() => fire();

            public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

            public void Dispose()
            {
                clock._waits.Remove(this);
                clock.Late.Add(fire);
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}
