namespace Tidings.Client;

/// <summary>Why an event was not published, as it is found: an exception or a rejected event is made of it.</summary>
internal sealed record PublishProblem(string Code, string Detail)
{
    private readonly string? _advice;

    public IReadOnlyList<Violation> Errors { get; init; } = [];

    public PublishOutcome Outcome { get; init; }

    public bool IsRetryable { get; init; }

    public int? Status { get; init; }

    public string? OAuthError { get; init; }

    /// <summary>What to do about it. Absent: what its code asks for.</summary>
    public string Advice
    {
        get => _advice ?? PublishAdvice.For(Code, OAuthError);
        init => _advice = value;
    }

    public static PublishProblem Of(PublishException exception) => new(exception.Code, exception.Detail)
    {
        Errors = exception.Errors,
        Outcome = exception.Outcome,
        IsRetryable = exception.IsRetryable,
        Status = exception.Status,
        OAuthError = exception.OAuthError,
        Advice = exception.Advice,
    };

    public static PublishProblem Of(RejectedEvent rejected) => new(rejected.Code, rejected.Detail)
    {
        Errors = rejected.Errors,
        Outcome = rejected.Outcome,
        IsRetryable = rejected.IsRetryable,
        Status = rejected.Status,
        OAuthError = rejected.OAuthError,
        Advice = rejected.Advice,
    };

    public RejectedEvent ToRejected(int index, string? id) => new()
    {
        Index = index,
        Id = id,
        Code = Code,
        Detail = Detail,
        Errors = Errors,
        Advice = Advice,
        Outcome = Outcome,
        IsRetryable = IsRetryable,
        Status = Status,
        OAuthError = OAuthError,
    };

    /// <param name="id">The event's id, if it got one.</param>
    /// <param name="cause">Nothing that may hold a token, such as what an HTTP library has thrown.</param>
    public PublishException ToException(string? id = null, Exception? cause = null)
    {
        var problem = new TidingsProblem(Code, Detail) { Errors = Errors, IsRetryable = IsRetryable, Status = Status };
        return new PublishException(problem, Advice, cause) { EventId = id, Outcome = Outcome, OAuthError = OAuthError };
    }
}
