namespace Tidings.Client;

/// <summary>An event of a list that is not accepted, and why.</summary>
public sealed record RejectedEvent
{
    /// <summary>Position in the list, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The id that it was sent with: publish it again under this one. Absent if it got none.</summary>
    public string? Id { get; init; }

    /// <summary>The hub's code, or one of this package's: see <see cref="HubCodes"/> and <see cref="ErrorCodes"/>.</summary>
    public required string Code { get; init; }

    /// <summary>
    /// What was expected and what was found, for people. Never holds a token or a secret; of data that breaks its schema it
    /// quotes what was found, and so does <see cref="Errors"/>.
    /// </summary>
    public required string Detail { get; init; }

    /// <summary>The single things that were wrong, each with a JSON pointer into the event.</summary>
    public IReadOnlyList<Violation> Errors { get; init; } = [];

    /// <summary>What to do about it.</summary>
    public required string Advice { get; init; }

    /// <summary>Whether it may be recorded all the same.</summary>
    public PublishOutcome Outcome { get; init; }

    /// <summary>Whether the same event may be accepted later, without being changed.</summary>
    public bool IsRetryable { get; init; }

    /// <summary>The HTTP status that the hub gave, where it gave one.</summary>
    public int? Status { get; init; }

    /// <summary>The code of the issuer's refusal, such as <c>invalid_client</c>. Source: RFC 6749, section 5.2.</summary>
    public string? OAuthError { get; init; }
}
