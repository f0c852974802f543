namespace Tidings.Client;

/// <summary>
/// As much of EventBridge as publishing takes. <see cref="EventBridgeClient"/> is it; who has the AWS SDK's own client of
/// the service anyway writes the few lines that make one of it, and so keeps its settings and its handlers.
/// </summary>
public interface IEventBridge
{
    /// <summary>Puts entries on their buses, with <c>PutEvents</c>: at most ten, below 256 KB together.</summary>
    /// <param name="entries">What is put, in order.</param>
    /// <param name="cancellationToken">Ends the call. What became of the entries is not known then.</param>
    /// <returns>One result for each entry, in order. An entry may fail alone.</returns>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">EventBridge has refused the request as a whole.</exception>
    /// <exception cref="Amazon.Runtime.AmazonClientException">There are no credentials or no region.</exception>
    Task<IReadOnlyList<EventBridgeResult>> PutEventsAsync(
        IReadOnlyList<EventBridgeEntry> entries,
        CancellationToken cancellationToken);
}

/// <summary>One event on its way to a bus. Source: EventBridge API reference, <c>PutEventsRequestEntry</c>.</summary>
/// <param name="EventBusName">Name or ARN of the bus.</param>
/// <param name="Source">The event's source, such as <c>com.tidings.bank</c>.</param>
/// <param name="DetailType">The event's type, such as <c>bank.transaction:created@v1</c>.</param>
/// <param name="Detail">The whole event, as JSON.</param>
/// <param name="Time">When it happened.</param>
public sealed record EventBridgeEntry(
    string EventBusName,
    string Source,
    string DetailType,
    string Detail,
    DateTimeOffset? Time);

/// <summary>What became of an entry. Source: EventBridge API reference, <c>PutEventsResultEntry</c>.</summary>
/// <param name="EventId">What EventBridge calls the event; absent if the entry has failed.</param>
/// <param name="ErrorCode">Why the entry has failed, such as <c>ThrottlingException</c>.</param>
/// <param name="ErrorMessage">The same for people.</param>
public sealed record EventBridgeResult(string? EventId, string? ErrorCode = null, string? ErrorMessage = null);
