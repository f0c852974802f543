namespace Tidings.Client;

/// <summary>Where a client begins that has no cursor yet.</summary>
public sealed class StartFrom
{
    private StartFrom(Cursor? after) => After = after;

    /// <summary>With what comes from now on.</summary>
    public static StartFrom Now { get; } = new(after: null);

    /// <summary>With the oldest event that the hub still has.</summary>
    public static StartFrom Oldest { get; } = new(after: null);

    /// <summary>The cursor to begin after; absent for <see cref="Now"/> and <see cref="Oldest"/>.</summary>
    public Cursor? After { get; }

    /// <summary>After a cursor that was kept.</summary>
    public static StartFrom Cursor(Cursor cursor) => new(cursor);
}
