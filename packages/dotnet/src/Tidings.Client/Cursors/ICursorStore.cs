namespace Tidings.Client;

/// <summary>
/// Where a client keeps its cursor between two lives. One store belongs to one consumer: two that share one skip each
/// other's events.
/// </summary>
public interface ICursorStore
{
    /// <summary>
    /// What was saved last; null if nothing ever was. <see cref="FormatException"/> says that what is stored is no cursor:
    /// that is reported and counts as nothing. If it fails otherwise, it is called again later: no event is delivered
    /// before it has succeeded.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the client ends.</param>
    ValueTask<Cursor?> LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Called after everything up to the cursor has been dealt with; never while an earlier call is under way, and never
    /// with an older cursor unless a reset came between. If it fails, delivery goes on, and it is called again after a
    /// while, with the newest cursor.
    /// </summary>
    /// <param name="cursor">What to keep.</param>
    /// <param name="cancellationToken">Not cancelled when the client ends: the last cursor is saved then.</param>
    ValueTask SaveAsync(Cursor cursor, CancellationToken cancellationToken);
}
