namespace Tidings.Client;

/// <summary>Options of a <see cref="TidingsBusClient"/>.</summary>
public sealed record TidingsBusOptions
{
    /// <summary>
    /// Which bus takes the events of a module. Absent: what the variable <c>TIDINGS_BUSES</c> says, which
    /// <c>TidingsProducer</c> of <c>@tidings/constructs</c> sets.
    /// </summary>
    public Buses? Buses { get; init; }

    /// <summary>How long publishing may take, and how often it tries.</summary>
    public PublishTiming Timing { get; init; } = PublishTiming.Default;

    /// <summary>Chance; for tests.</summary>
    internal Func<double>? Random { get; init; }
}
