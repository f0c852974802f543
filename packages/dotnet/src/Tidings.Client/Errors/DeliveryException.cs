namespace Tidings.Client;

/// <summary>What went wrong while events were delivered.</summary>
public sealed class DeliveryException : TidingsException
{
    internal DeliveryException(TidingsProblem problem, Exception? innerException = null)
        : base($"{problem.Code}: {problem.Detail}", problem, innerException)
    {
    }

    /// <summary>The id of the event that it happened with, if it was one.</summary>
    public string? EventId { get; init; }
}
