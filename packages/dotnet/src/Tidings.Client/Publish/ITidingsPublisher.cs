namespace Tidings.Client;

/// <summary>
/// Who publishes events: over HTTP (<c>TidingsApiClient</c>), or on EventBridge (<c>TidingsBusClient</c> of the package
/// <c>Tidings.Client.EventBridge</c>). It may be used by several threads at once.
/// </summary>
public interface ITidingsPublisher
{
    /// <summary>Publishes one event.</summary>
    /// <param name="newEvent">What happened.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The event's id and type, once the hub has taken it.</returns>
    /// <exception cref="PublishException">It is not accepted; <see cref="PublishException.Advice"/> says what to do.</exception>
    /// <exception cref="OperationCanceledException">
    /// The call was ended. Its inner exception is a <see cref="PublishException"/> that has the event's id, and says
    /// whether it may be recorded all the same.
    /// </exception>
    Task<PublishedEvent> PublishAsync(NewEvent newEvent, CancellationToken cancellationToken = default);

    /// <summary>
    /// Publishes a list of any length, in its order, in as few requests as the limits allow. It does not throw because of
    /// what becomes of single events, and neither when the call is ended, so that what was accepted by then is known: look
    /// at <see cref="PublishResult.Rejected"/>, or call <see cref="PublishResult.EnsureAccepted"/>.
    /// </summary>
    /// <param name="newEvents">What happened.</param>
    /// <param name="cancellationToken">
    /// Ends the call. What was not accepted by then is rejected with <see cref="ErrorCodes.Aborted"/>, and what was under
    /// way has the outcome <see cref="PublishOutcome.Unknown"/>.
    /// </param>
    /// <returns>What became of each of them.</returns>
    Task<PublishResult> PublishAsync(IEnumerable<NewEvent> newEvents, CancellationToken cancellationToken = default);
}
