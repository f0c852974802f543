namespace Tidings.Client;

/// <summary>A page of the past.</summary>
/// <param name="Epoch">The history that the numbers count in; empty before the tenant's first event.</param>
/// <param name="Events">
/// In the order of their sequence. What is missing up to <paramref name="Through"/> was not asked for, or is not for this
/// token.
/// </param>
/// <param name="Through">How far the page goes.</param>
/// <param name="Head">The last event that there is.</param>
public sealed record HistoryPage(string Epoch, IReadOnlyList<RecordedEvent> Events, long Through, long Head)
{
    /// <summary>Where the next page begins: give it as <see cref="HistoryQuery.After"/>, unless this one ends with the head.</summary>
    public Cursor Next => new(Epoch, Through);

    /// <summary>Whether there is another page.</summary>
    public bool HasMore => Through < Head;
}
