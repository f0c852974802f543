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
    internal PublishException(TidingsProblem problem, string advice, Exception? innerException = null)
        : base($"{problem.Code}: {problem.Detail}", problem, innerException) => Advice = advice;

    /// <summary>What to do about it.</summary>
    public string Advice { get; }

    /// <summary>Whether it may be recorded all the same.</summary>
    public PublishOutcome Outcome { get; init; }

    /// <summary>The event's id, if it got one: publish it again under this one.</summary>
    public string? EventId { get; init; }

    /// <summary>The code of the issuer's refusal, such as <c>invalid_client</c>. Source: RFC 6749, section 5.2.</summary>
    public string? OAuthError { get; init; }
}
