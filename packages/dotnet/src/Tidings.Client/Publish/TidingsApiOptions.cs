namespace Tidings.Client;

/// <summary>Options of a <c>TidingsApiClient</c>.</summary>
public sealed record TidingsApiOptions
{
    /// <summary>Base URL of the hub's HTTP API: https, or http for this machine.</summary>
    public required string ApiUrl { get; init; }

    /// <summary>How long publishing may take, and how often it tries.</summary>
    public PublishTiming Timing { get; init; } = PublishTiming.Default;

    /// <summary>Chance; for tests.</summary>
    internal Func<double>? Random { get; init; }
}
