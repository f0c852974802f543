namespace Tidings.Client;

/// <summary>
/// From frames to the handler: what all sockets of a client feed, so that none repeats what another has brought.
/// </summary>
/// <param name="rule">Decides what is due.</param>
/// <param name="queue">Hands it over.</param>
/// <param name="capacity">
/// Most events that wait for the handler. A page may go over it, because it was asked for when there was room.
/// </param>
/// <param name="onFull">Live events are dropped from now on, until everything has been handled.</param>
internal sealed class Intake(DeliveryRule rule, EventQueue queue, int capacity, Action onFull)
{
    /// <summary>What the queue will have brought the cursor to.</summary>
    private Cursor? _queued = rule.Cursor;

    private bool _isDropping;

    public bool IsPageDue => rule.IsPageDue;

    public bool NeedsEpoch => rule.NeedsEpoch;

    /// <summary>Whether a page may be asked for.</summary>
    /// <remarks>Whoever waits for an empty queue must find room then, in whatever order those who wait are called.</remarks>
    public bool HasRoom => queue.IsDrained || (queue.Count < capacity && !_isDropping);

    public void WhenDrained(Action call) => queue.WhenDrained(call);

    public Question Ask() => rule.Ask();

    public void Begin(HubFrame.Subscribed frame) => Put(rule.Begin(frame.Epoch, frame.Head, frame.Cursor));

    public void Take(HubFrame.Events frame)
    {
        if (queue.IsDrained)
        {
            _isDropping = false;
        }

        if (frame.IsReplay || (!_isDropping && queue.Count + frame.List.Count <= capacity))
        {
            Put(rule.Take(frame));
            return;
        }

        rule.Skip();
        if (!_isDropping)
        {
            _isDropping = true;
            onFull();
        }
    }

    /// <summary>Returns whether that was the last page for now.</summary>
    public bool Settle(PageEnd page, Question question)
    {
        var (due, isCaughtUp) = rule.Settle(page, question);
        Put(due);
        return isCaughtUp;
    }

    /// <summary>Returns whether history was cut for us.</summary>
    public bool Reset(HistoryCut cut, Question question)
    {
        var previous = _queued;
        if (!rule.Reset(cut, question))
        {
            return false;
        }

        var cursor = rule.Cursor ?? throw new InvalidOperationException("Expected a cursor after a reset, found none");
        _queued = cursor;
        var reset = new DeliveryReset(cut.Reason, cut.Epoch, cut.Oldest, cut.Head, previous);
        queue.Put([new QueueItem.Reset(reset, cursor)]);
        return true;
    }

    private void Put(IReadOnlyList<Due> due)
    {
        var cursor = rule.Cursor;
        var items = new List<QueueItem>(due.Count + 1);
        var noted = _queued;
        foreach (var one in due)
        {
            items.Add(new QueueItem.Event(one.Event, one.Cursor));
            noted = one.Cursor ?? noted;
        }

        // The last event that moves the cursor may bring it as far as it has come: then there is nothing else to note.
        if (cursor is not null && cursor != noted)
        {
            items.Add(new QueueItem.Move(cursor));
        }

        _queued = cursor;
        queue.Put(items);
    }
}
