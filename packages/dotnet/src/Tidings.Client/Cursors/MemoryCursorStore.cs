namespace Tidings.Client;

/// <summary>
/// Keeps the cursor for as long as the object lives: for tests, and to hand it from one client to the next.
/// </summary>
/// <param name="cursor">What is kept to begin with.</param>
public sealed class MemoryCursorStore(Cursor? cursor = null) : ICursorStore
{
    private volatile Cursor? _cursor = cursor;

    /// <summary>What is kept.</summary>
    public Cursor? Cursor => _cursor;

    /// <inheritdoc />
    public ValueTask<Cursor?> LoadAsync(CancellationToken cancellationToken) => new(_cursor);

    /// <inheritdoc />
    public ValueTask SaveAsync(Cursor cursor, CancellationToken cancellationToken)
    {
        _cursor = cursor;
        return default;
    }
}
