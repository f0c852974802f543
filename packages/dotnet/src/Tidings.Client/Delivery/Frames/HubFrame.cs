namespace Tidings.Client;

/// <summary>What the hub may send. Source: PROTOCOL.md.</summary>
internal abstract record HubFrame
{
    /// <summary>
    /// The answer to <c>subscribe</c>. Everything after the head will come live. Its cursor is where a durable subscription
    /// stands, whose first page follows.
    /// </summary>
    public sealed record Subscribed(string? Id, string Epoch, long Head, Cursor? Cursor, TimeSpan Heartbeat) : HubFrame;

    /// <summary>
    /// All events of the range that are for this client, in order. What is missing in it was not. A replay is what the
    /// client has asked for, as against live delivery.
    /// </summary>
    public sealed record Events(long From, long Through, bool IsReplay, IReadOnlyList<RecordedEvent> List) : HubFrame;

    /// <summary>Ends the answer to <c>sync</c>, and to a <c>subscribe</c> with a cursor: the page went up to there.</summary>
    public sealed record Synced(string? Id, PageEnd Page) : HubFrame;

    /// <summary>The answer to <c>ack</c>: where the subscription stands now.</summary>
    public sealed record Acked(string? Id, Cursor Cursor) : HubFrame;

    /// <summary>The answer to <c>token</c>: the connection has the claims of the new token, until it ends.</summary>
    public sealed record Renewed(string? Id, DateTimeOffset Expires) : HubFrame;

    /// <summary>In place of a page: the cursor cannot be continued from.</summary>
    public sealed record Reset(string? Id, HistoryCut Cut) : HubFrame;

    /// <summary>The request with this id failed; the socket stays open. RATE_LIMITED says when to try again.</summary>
    public sealed record Error(
        string? Id,
        string Code,
        string Message,
        IReadOnlyList<Violation> Errors,
        TimeSpan? RetryAfter) : HubFrame;
}

/// <summary>
/// How a page ended. A hub that says how many events it sent before lets the client notice that they were lost on the way;
/// if it does not say, a page whose events vanish is taken for an empty one. One that does not name the epoch leaves it to
/// <c>subscribed</c>.
/// </summary>
internal sealed record PageEnd(long Through, long Head, string? Epoch = null, long? Events = null);
