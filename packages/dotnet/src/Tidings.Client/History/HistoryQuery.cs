namespace Tidings.Client;

/// <summary>
/// What of the past is asked for. Where to begin is <see cref="After"/>, <see cref="AfterSequence"/> or <see cref="Since"/>;
/// without any of them: with the oldest event that is still there.
/// </summary>
public sealed record HistoryQuery
{
    /// <summary>After this one. A cursor is of one history: if that was cut, the hub says so.</summary>
    public Cursor? After { get; init; }

    /// <summary>After this number, with what is still there, in whatever history.</summary>
    public long? AfterSequence { get; init; }

    /// <summary>With the first event that was recorded at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>
    /// Most events that are fetched at once, from 1 to 1000. A page may have fewer, and more may follow all the same.
    /// Absent: 100 for a page, 1000 for all events.
    /// </summary>
    public int? Limit { get; init; }

    /// <summary>Which events; absent: every one that the token may see.</summary>
    public EventFilter? Filter { get; init; }
}
