namespace Tidings.Client;

/// <summary>Whether a durable subscription delivers.</summary>
public enum SubscriptionStatus
{
    /// <summary>What this version of the package does not know: the hub is newer.</summary>
    Unknown,

    /// <summary>It delivers.</summary>
    Active,

    /// <summary>It delivers nothing and loses nothing.</summary>
    Paused,
}

/// <summary>A durable subscription as the hub shows it.</summary>
/// <param name="Name">Unique per tenant.</param>
/// <param name="Filter">Which events it delivers, among those that the consumer's token may see.</param>
/// <param name="Status">Whether it delivers.</param>
/// <param name="Cursor">Everything up to here has been acknowledged.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Updated">When filter or status were last changed.</param>
public sealed record Subscription(
    string Name,
    EventFilter Filter,
    SubscriptionStatus Status,
    Cursor Cursor,
    DateTimeOffset Created,
    DateTimeOffset Updated);

/// <summary>A durable subscription to create.</summary>
public sealed record NewSubscription
{
    /// <summary>An identifier, unique per tenant.</summary>
    public required string Name { get; init; }

    /// <summary>Which events; absent: every one that the consumer's token may see.</summary>
    public EventFilter? Filter { get; init; }

    /// <summary>Where it begins; absent: with what comes from now on.</summary>
    public StartFrom Start { get; init; } = StartFrom.Now;
}

/// <summary>What a durable subscription is to become; what is absent stays.</summary>
public sealed record SubscriptionUpdate
{
    /// <summary><see cref="SubscriptionStatus.Active"/> or <see cref="SubscriptionStatus.Paused"/>.</summary>
    public SubscriptionStatus? Status { get; init; }

    /// <summary>Another filter. The cursor stays where it is.</summary>
    public EventFilter? Filter { get; init; }
}
