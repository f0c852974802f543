namespace Tidings.Client;

/// <summary>What is asked for: a filter of one's own, or a durable subscription, whose filter and cursor the hub keeps.</summary>
internal sealed record Wish
{
    private static readonly EventFilter s_everything = new();

    public EventFilter Filter { get; init; } = s_everything;

    public string? Subscription { get; init; }
}
