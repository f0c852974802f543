namespace Tidings.Client;

/// <summary>The world of one client: time, chance and the network, and the mailbox that everything comes through.</summary>
internal sealed record DeliverySurroundings
{
    public required Mailbox Mailbox { get; init; }

    public required TimeProvider Time { get; init; }

    public required DeliveryTiming Timing { get; init; }

    public required ISocketFactory Sockets { get; init; }

    /// <summary>A number from 0 up to but not including 1. Called within the mailbox.</summary>
    public required Func<double> Random { get; init; }

    /// <summary>Cancelled when the client ends: what the user does for it meanwhile is of no use any more.</summary>
    public required CancellationToken Ended { get; init; }

    public Backoff CreateBackoff() => new(Timing.BackoffBase, Timing.BackoffCap, Random);
}
