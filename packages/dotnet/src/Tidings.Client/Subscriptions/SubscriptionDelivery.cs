namespace Tidings.Client;

/// <summary>An event of a durable subscription, in a loop.</summary>
public sealed class SubscriptionDelivery
{
    private readonly TaskCompletionSource<bool> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal SubscriptionDelivery(RecordedEvent recorded) => Event = recorded;

    /// <summary>The event.</summary>
    public RecordedEvent Event { get; }

    /// <summary>True: it was dealt with. False: nobody has. Fails with why it was not.</summary>
    internal Task<bool> Outcome => _outcome.Task;

    /// <summary>It has been dealt with, and will be acknowledged with what is before it. Saying so again changes nothing.</summary>
    public void Ack() => _outcome.TrySetResult(true);

    /// <summary>It has not: it and what follows come again after a while.</summary>
    /// <param name="cause">Why, for the log.</param>
    public void Nack(Exception? cause = null) =>
        _outcome.TrySetException(cause ?? new InvalidOperationException("The loop did not acknowledge it"));

    /// <summary>Whoever had it is gone.</summary>
    internal void Abandon() => _outcome.TrySetResult(false);
}
