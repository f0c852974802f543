namespace Tidings.Client;

/// <summary>What is known of an event that was not confirmed.</summary>
public enum PublishOutcome
{
    /// <summary>It is not recorded.</summary>
    NotAccepted,

    /// <summary>
    /// An answer was lost on the way, so it may be recorded all the same. Publishing it again under the same id settles
    /// it, and never records it twice.
    /// </summary>
    Unknown,
}

/// <summary>An event was not published. <see cref="Advice"/> says what to do.</summary>
public sealed class PublishException : TidingsException
{
    private const int MostPlaces = 5;

    internal PublishException(TidingsProblem problem, string advice, Exception? innerException = null)
        : base($"{problem.Code}: {Describe(problem)}", problem, innerException) => Advice = advice;

    /// <summary>What to do about it.</summary>
    public string Advice { get; }

    /// <summary>Whether it may be recorded all the same.</summary>
    public PublishOutcome Outcome { get; init; }

    /// <summary>The event's id, if it got one: publish it again under this one.</summary>
    public string? EventId { get; init; }

    /// <summary>The code of the issuer's refusal, such as <c>invalid_client</c>. Source: RFC 6749, section 5.2.</summary>
    public string? OAuthError { get; init; }

    /// <summary>
    /// A message gets into logs, so of data that is refused it has the places only: what the hub found there stays in
    /// <see cref="TidingsException.Detail"/> and <see cref="TidingsException.Errors"/>.
    /// </summary>
    private static string Describe(TidingsProblem problem)
    {
        if (!string.Equals(problem.Code, HubCodes.EventDataInvalid, StringComparison.Ordinal))
        {
            return problem.Detail;
        }

        var places = problem.Errors.Select(violation => violation.Path).Distinct(StringComparer.Ordinal).ToList();
        var where = places.Count == 0 ? "" : $" at {string.Join(", ", places.Take(MostPlaces))}";
        var more = places.Count > MostPlaces ? $" and {places.Count - MostPlaces} more places" : "";
        return $"The data breaks the schema of its type{where}{more}; Detail and Errors say what was found";
    }
}
