namespace Tidings.Client;

/// <summary>What a <see cref="TidingsSubscription"/> can be told.</summary>
public sealed record TidingsSubscriptionOptions
{
    /// <summary>Base URL of the hub's HTTP API: https, or http for this machine.</summary>
    public required string ApiUrl { get; init; }

    /// <summary>The name of the durable subscription.</summary>
    public required string Name { get; init; }

    /// <summary>What the token must allow: handed on to the token source. Default: <c>events:read</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["events:read"];

    /// <summary>
    /// Creates the subscription if there is none of the name, which takes the scope <c>subscriptions:write</c>. One that
    /// exists stays as it is. Absent: it must exist.
    /// </summary>
    public SubscriptionCreation? Create { get; init; }

    /// <summary>
    /// Most events that are handled at the same time. Default: 1, and then each begins after the one before is done.
    /// </summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Most events in a page that is pulled, from 1 to 1000. Default: 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Wait before the next question once there are no more events; it doubles while none come. Default: 1 s.</summary>
    public TimeSpan IdleLeast { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest such wait; by chance it is up to a quarter less. Default: 20 s.</summary>
    public TimeSpan IdleMost { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long handlers are waited for after a cancellation, and by <c>DisposeAsync</c>. What is not done by then comes again
    /// in the next life. Default: for as long as they take.
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Told of what becomes of the connection. It must not wait.</summary>
    public Action<ConnectionStatus>? StatusChanged { get; init; }

    /// <summary>Told that history was cut, before the first event of after; perhaps more than once.</summary>
    public Func<DeliveryReset, CancellationToken, Task>? Reset { get; init; }

    /// <summary>Told of what went wrong, as the logger is. It must not wait.</summary>
    public Action<DeliveryException>? Error { get; init; }

    /// <summary>How long things take.</summary>
    public DeliveryTiming Timing { get; init; } = new();

    /// <summary>Chance; for tests.</summary>
    internal Func<double> Random { get; init; } = Chance.Next;

    /// <exception cref="OptionsException">OPTIONS_INVALID</exception>
    internal void Check()
    {
        OptionsCheck.ApiUrl(ApiUrl);
        Timing.Check();
        Require(Concurrency >= 1, nameof(Concurrency), "1 or more", Concurrency);
        Require(Limit is >= 1 and <= Limits.PageEvents, nameof(Limit), $"from 1 to {Limits.PageEvents}", Limit);
        Require(IdleLeast > TimeSpan.Zero, nameof(IdleLeast), "above 0", IdleLeast);
        Require(IdleMost >= IdleLeast, nameof(IdleMost), $"{nameof(IdleLeast)} or more", IdleMost);
        Require(IdleMost <= TimerLength.Longest, nameof(IdleMost), "at most 24 days", IdleMost);
        Require(
            StopTimeout >= TimeSpan.Zero || StopTimeout == Timeout.InfiniteTimeSpan,
            nameof(StopTimeout),
            "0 or more, or infinite",
            StopTimeout);
        try
        {
            HubInput.Name(Name);
            if (Create is not null)
            {
                HubInput.Filter(Create.Filter ?? new EventFilter(), "/create/filter");
                HubInput.Cursor(Create.Start.After ?? new Cursor("", 0), "/create/cursor");
            }
        }
        catch (HubException refused)
        {
            throw new OptionsException(refused.Detail, refused.Errors);
        }
    }

    private static void Require(bool isSo, string name, string expected, object found)
    {
        if (!isSo)
        {
            throw new OptionsException($"Expected {name} to be {expected}, found {found}");
        }
    }
}

/// <summary>How a durable subscription begins that does not exist yet.</summary>
public sealed record SubscriptionCreation
{
    /// <summary>Which events; absent: every one that the consumer's token may see.</summary>
    public EventFilter? Filter { get; init; }

    /// <summary>Where it begins; absent: with what comes from now on.</summary>
    public StartFrom Start { get; init; } = StartFrom.Now;

    /// <summary>What the token must allow to create it. Default: <c>subscriptions:write</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["subscriptions:write"];
}
