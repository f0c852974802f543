namespace Tidings.Client;

/// <summary>
/// Which events a client wants, among those that it may see. OR within a list, AND between lists; a list that is absent
/// or empty asks for nothing in particular.
/// </summary>
public sealed record EventFilter
{
    /// <summary>Patterns of types, such as <c>bank.*</c>.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Entities, such as <c>transaction</c> or <c>transaction.line</c>.</summary>
    public IReadOnlyList<string>? Entities { get; init; }

    /// <summary>Actions, such as <c>created</c>.</summary>
    public IReadOnlyList<string>? Actions { get; init; }

    /// <summary>Organisations that the event names in its audience.</summary>
    public IReadOnlyList<string>? Organizations { get; init; }

    /// <summary>Subjects, such as <c>transaction/123</c>.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }
}
