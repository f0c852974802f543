using System.Text.Json;

namespace Tidings.Client;

/// <summary>The hub has refused a request over HTTP, or could not be asked.</summary>
public sealed class HubException : TidingsException
{
    internal HubException(TidingsProblem problem, Exception? innerException = null)
        : base(Describe(problem), problem, innerException)
    {
    }

    /// <summary>How long the hub asks to wait, if it does.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The whole problem document (RFC 9457), if there was one: some codes have members of their own.</summary>
    public JsonElement? Problem { get; init; }

    /// <summary>What is left, if the code is HISTORY_CUT.</summary>
    public HistoryCut? Cut => HistoryCut.In(this);

    private static string Describe(TidingsProblem problem) =>
        problem.Status is { } status
            ? $"The hub answers {status} {problem.Code}: {problem.Detail}"
            : $"{problem.Code}: {problem.Detail}";
}
