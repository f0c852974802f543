namespace Tidings.Client;

/// <summary>An event on its way.</summary>
internal sealed class OutboxItem(PreparedEvent prepared, int position)
{
    public PreparedEvent Prepared { get; } = prepared;

    /// <summary>Place in the outbox, from 0.</summary>
    public int Position { get; } = position;

    /// <summary>Events of different groups do not share a request.</summary>
    public string Group { get; set; } = "";

    public int Tries { get; set; }

    /// <summary>It is being sent, or an answer about it was lost: it may be recorded already.</summary>
    public bool IsUnknown { get; set; }

    /// <summary>Why it is to be sent again.</summary>
    public PublishProblem? Last { get; set; }

    /// <summary>Why it is not accepted, once that is certain.</summary>
    public PublishProblem? Rejection { get; set; }
}
