namespace Tidings.Client;

/// <summary>Where a hub is and how it is asked: options of <see cref="TidingsHistory"/> and <see cref="TidingsSubscriptions"/>.</summary>
public sealed record TidingsHubOptions
{
    /// <summary>Base URL of the hub's HTTP API: https, or http for this machine.</summary>
    public required string ApiUrl { get; init; }

    /// <summary>
    /// What a token must allow to read events, and to see and acknowledge durable subscriptions: handed on to the token
    /// source. Default: <c>events:read</c>.
    /// </summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["events:read"];

    /// <summary>
    /// What a token must allow to create, change and delete durable subscriptions. Default: <c>subscriptions:write</c>.
    /// </summary>
    public IReadOnlyList<string> ManagingScopes { get; init; } = ["subscriptions:write"];

    /// <summary>How long a call may take, and how often it tries.</summary>
    public CallTiming Timing { get; init; } = new();

    /// <summary>Chance; for tests.</summary>
    internal Func<double> Random { get; init; } = Chance.Next;
}
