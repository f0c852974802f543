namespace Tidings.Client;

/// <summary>What a request says of one of its events.</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>The hub has it.</summary>
    public static Verdict Taken { get; } = new Accepted();

    public sealed record Accepted : Verdict;

    /// <summary>For good.</summary>
    /// <param name="Problem">Why.</param>
    /// <param name="ConcernsAll">Nothing else of the call has to be tried either.</param>
    public sealed record Refused(PublishProblem Problem, bool ConcernsAll = false) : Verdict;

    /// <summary>Not this time.</summary>
    /// <param name="Problem">Why.</param>
    /// <param name="RetryAfter">How long was asked to wait.</param>
    /// <param name="ConcernsAll">If it stays so, nothing else of the call has to be tried either.</param>
    public sealed record Again(PublishProblem Problem, TimeSpan? RetryAfter = null, bool ConcernsAll = false) : Verdict;

    /// <summary>
    /// Somebody in this company is refused, and nobody knows who: to be sent again with events of its module, or alone.
    /// </summary>
    /// <param name="ByModule">With those of its module; else alone.</param>
    public sealed record Apart(bool ByModule) : Verdict;
}
