namespace Tidings.Client;

/// <summary>How far a consumer is, and how far the hub knows it to be. Handlers and pages meet here.</summary>
internal sealed class PullProgress
{
    private readonly Lock _lock = new();

    /// <summary>Up to here the handlers are done, whether the hub knows or not: what comes again is passed over.</summary>
    private Cursor? _done;

    /// <summary>Up to here the hub has said that it knows.</summary>
    private Cursor? _confirmed;

    public Cursor? Done
    {
        get
        {
            lock (_lock)
            {
                return _done;
            }
        }
    }

    /// <summary>What the hub is to be told; null if it knows.</summary>
    public Cursor? Due
    {
        get
        {
            lock (_lock)
            {
                return _done is { } done && !IsConfirmed(done) ? done : null;
            }
        }
    }

    /// <summary>A page has come. Returns up to where its events were handled before.</summary>
    public long Begin(PulledPage page)
    {
        lock (_lock)
        {
            // In another history, or in another subscription that was made under the same name, nothing was done.
            if (!IsIn(page.Epoch) || page.Cursor.Sequence < (_confirmed?.Sequence ?? 0))
            {
                _done = null;
            }

            _confirmed = page.Cursor;
            return _done?.Sequence ?? 0;
        }
    }

    /// <summary>Everything up to here has been handled.</summary>
    public void Handled(string epoch, long sequence)
    {
        lock (_lock)
        {
            _done = new Cursor(epoch, IsIn(epoch) ? Math.Max(sequence, _done!.Sequence) : sequence);
        }
    }

    public void Confirm(Cursor cursor)
    {
        lock (_lock)
        {
            _confirmed = cursor;
        }
    }

    /// <summary>What was handled counts no more: it was of a history that is gone.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _done = null;
        }
    }

    /// <summary>Nothing counts any more.</summary>
    public void BeginAnew()
    {
        lock (_lock)
        {
            _done = _confirmed = null;
        }
    }

    private bool IsConfirmed(Cursor cursor) =>
        _confirmed is { } confirmed
        && string.Equals(confirmed.Epoch, cursor.Epoch, StringComparison.Ordinal)
        && confirmed.Sequence >= cursor.Sequence;

    private bool IsIn(string epoch) => string.Equals(_done?.Epoch, epoch, StringComparison.Ordinal);
}
