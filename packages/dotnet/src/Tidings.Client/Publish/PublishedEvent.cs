namespace Tidings.Client;

/// <summary>An event that the hub has taken: it is recorded, or will be in a moment.</summary>
/// <param name="Id">What it is recorded under.</param>
/// <param name="Type">The event's type.</param>
public sealed record PublishedEvent(string Id, string Type);

/// <summary>An event of a list that the hub has taken.</summary>
/// <param name="Index">Position in the list, from 0.</param>
/// <param name="Id">What it is recorded under.</param>
/// <param name="Type">The event's type.</param>
public sealed record AcceptedEvent(int Index, string Id, string Type);
