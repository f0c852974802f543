namespace Tidings.Client;

/// <summary>
/// Something was refused or failed. Branch on <see cref="Code"/>, never on the text, which is for people and may change.
/// No message ever holds a token, a secret, a claim or the data of an event.
/// </summary>
public abstract class TidingsException : Exception
{
    private protected TidingsException(string message, TidingsProblem problem, Exception? innerException)
        : base(message, innerException)
    {
        Code = problem.Code;
        Detail = problem.Detail;
        Errors = problem.Errors;
        IsRetryable = problem.IsRetryable;
        Status = problem.Status;
    }

    /// <summary>
    /// The hub's code, or one of this package's: see <see cref="ErrorCodes"/>. A newer hub may have more; they come
    /// through as they are.
    /// </summary>
    public string Code { get; }

    /// <summary>
    /// What was expected and what was found, for people. Of data that breaks its schema it may quote what was found, and so
    /// may <see cref="Errors"/>; the message does not.
    /// </summary>
    public string Detail { get; }

    /// <summary>The single things that were wrong, each with a JSON pointer into what was sent.</summary>
    public IReadOnlyList<Violation> Errors { get; }

    /// <summary>Whether the same may succeed later, without being changed.</summary>
    public bool IsRetryable { get; }

    /// <summary>The HTTP status that was answered; absent if there was no answer.</summary>
    public int? Status { get; }
}
