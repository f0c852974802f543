namespace Tidings.Client;

/// <summary>What waits to be handed to the user, or to be noted once all before it was.</summary>
/// <param name="Cursor">Where the cursor is once it has been dealt with; absent: where it was.</param>
internal abstract record QueueItem(Cursor? Cursor)
{
    public sealed record Event(RecordedEvent Recorded, Cursor? Cursor) : QueueItem(Cursor);

    public sealed record Reset(DeliveryReset Cut, Cursor Cursor) : QueueItem(Cursor);

    public sealed record Move(Cursor Cursor) : QueueItem(Cursor);
}

/// <summary>Who is handed events, and hears what has become of them.</summary>
internal interface IQueueOwner
{
    /// <summary>False: it was not dealt with, because the client ends; the cursor stays before it.</summary>
    ValueTask<bool> HandleAsync(RecordedEvent recorded);

    ValueTask<bool> HandleResetAsync(DeliveryReset reset);

    /// <summary>A handler threw. The event counts as dealt with: it is not handed over again.</summary>
    void Failed(Exception cause);

    /// <summary>
    /// Everything up to the cursor has been dealt with. <paramref name="isPause"/>: nothing follows at once, so this is a
    /// time to save.
    /// </summary>
    void Handled(Cursor cursor, bool isPause, bool isReset);
}

/// <summary>Hands events to the user, one by one and in the order in which they were put in.</summary>
internal sealed class EventQueue(Mailbox mailbox, IQueueOwner owner)
{
    private readonly Queue<QueueItem> _items = new();
    private List<Action> _waiting = [];
    private bool _isRunning;
    private bool _isBusy;
    private bool _isStopped;

    /// <summary>How much waits, what is being handled not counted.</summary>
    public int Count => _items.Count;

    public bool IsDrained => !_isBusy && _items.Count == 0;

    public void Put(IEnumerable<QueueItem> items)
    {
        if (_isStopped)
        {
            return;
        }

        foreach (var item in items)
        {
            _items.Enqueue(item);
        }

        if (!_isBusy && _items.Count > 0)
        {
            Run();
        }
    }

    /// <summary>Calls once everything has been handled; at once if it has been.</summary>
    public void WhenDrained(Action call)
    {
        if (IsDrained)
        {
            call();
        }
        else
        {
            _waiting.Add(call);
        }
    }

    /// <summary>Hands over nothing more, and calls when what is being handled has ended.</summary>
    public void Stop(Action call)
    {
        _isStopped = true;
        _items.Clear();
        _waiting.Clear();
        WhenDrained(call);
    }

    /// <summary>A loop, and no recursion, also where handlers do not wait: a page may be long.</summary>
    private void Run()
    {
        if (_isRunning)
        {
            return;
        }

        _isRunning = _isBusy = true;
        while (_items.Count > 0)
        {
            var hasEnded = false;
            var item = _items.Dequeue();
            Handle(item, isDealtWith =>
            {
                hasEnded = true;
                if (isDealtWith && item.Cursor is not null)
                {
                    owner.Handled(item.Cursor, isPause: !_isRunning || _items.Count == 0, item is QueueItem.Reset);
                }

                if (!_isRunning)
                {
                    Run();
                }
            });
            if (!hasEnded)
            {
                _isRunning = false;
                return;
            }
        }

        _isRunning = _isBusy = false;
        var waiting = _waiting;
        _waiting = [];
        foreach (var call in waiting)
        {
            call();
        }
    }

    private void Handle(QueueItem item, Action<bool> ended)
    {
        if (item is QueueItem.Move)
        {
            ended(true);
            return;
        }

        mailbox.Await(
            () => item switch
            {
                QueueItem.Event one => owner.HandleAsync(one.Recorded),
                QueueItem.Reset one => owner.HandleResetAsync(one.Cut),
                _ => new ValueTask<bool>(true),
            },
            ended,
            cause =>
            {
                owner.Failed(cause);
                ended(true);
            });
    }
}
