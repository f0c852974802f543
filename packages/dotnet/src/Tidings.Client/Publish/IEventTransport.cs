namespace Tidings.Client;

/// <summary>Sends events that fit into one request. One is made for each call, so it may remember things about it.</summary>
internal interface IEventTransport
{
    /// <summary>Most events of one request.</summary>
    int MaxEvents { get; }

    /// <summary>Most bytes of one request, as <see cref="BytesOf"/> counts them.</summary>
    int MaxBytes { get; }

    /// <summary>What an event takes of a request's bytes.</summary>
    int BytesOf(PreparedEvent prepared);

    /// <summary>
    /// One verdict for each event, in order. Never throws but when it is cancelled, and then for an event that may have
    /// been sent.
    /// </summary>
    Task<IReadOnlyList<Verdict>> SendAsync(IReadOnlyList<PreparedEvent> events, CancellationToken cancellationToken);
}
