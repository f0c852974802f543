namespace Tidings.Client;

/// <summary>Why something was refused or failed, as it is found: an exception or a rejected event is made of it.</summary>
internal sealed record TidingsProblem(string Code, string Detail)
{
    public IReadOnlyList<Violation> Errors { get; init; } = [];

    public bool IsRetryable { get; init; }

    public int? Status { get; init; }
}
