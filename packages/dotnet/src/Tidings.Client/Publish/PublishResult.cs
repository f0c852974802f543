namespace Tidings.Client;

/// <summary>What became of a list of events: every one of them is in one of the two lists, by its position.</summary>
public sealed class PublishResult
{
    /// <param name="accepted">Those that the hub has taken.</param>
    /// <param name="rejected">Those that are not accepted, each with its reason.</param>
    public PublishResult(IReadOnlyList<AcceptedEvent> accepted, IReadOnlyList<RejectedEvent> rejected)
    {
        Accepted = accepted;
        Rejected = rejected;
    }

    /// <summary>Those that the hub has taken, in the order of the list.</summary>
    public IReadOnlyList<AcceptedEvent> Accepted { get; }

    /// <summary>Those that are not accepted, in the order of the list, each with its reason.</summary>
    public IReadOnlyList<RejectedEvent> Rejected { get; }

    /// <summary>This result, if every event of it was accepted.</summary>
    /// <exception cref="PublishException">BATCH_REFUSED otherwise, about the first that was not.</exception>
    public PublishResult EnsureAccepted()
    {
        if (Rejected.Count == 0)
        {
            return this;
        }

        var first = Rejected[0];
        var problem = PublishProblem.Of(first);
        var count = Accepted.Count + Rejected.Count;
        var detail = $"{Rejected.Count} of {count} events are not accepted; "
            + $"the first is event {first.Index}: {problem.ToException().Message}";
        throw (problem with { Code = HubCodes.BatchRefused, Detail = detail }).ToException(first.Id);
    }
}
