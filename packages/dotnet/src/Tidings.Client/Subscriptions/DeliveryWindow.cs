namespace Tidings.Client;

/// <summary>
/// Events under way, in their order. Several are handled at once, but what counts as done is what has no gap: an
/// acknowledgement covers everything below it. After a failure none begins any more.
/// </summary>
internal sealed class DeliveryWindow
{
    private readonly int _concurrency;
    private readonly Func<RecordedEvent, Task<bool>> _handle;
    private readonly Action<long> _onProgress;
    private readonly Action<Exception?, RecordedEvent> _onFailure;
    private readonly Lock _lock = new();
    private readonly Queue<Entry> _entries = new();
    private TaskCompletionSource<bool>? _change;
    private int _running;
    private bool _hasFailed;

    /// <param name="concurrency">Most events that are handled at the same time.</param>
    /// <param name="handle">True: done. False: a failure that nobody need be told of.</param>
    /// <param name="onProgress">Everything up to this sequence has been handled. It must not wait.</param>
    /// <param name="onFailure">Told as soon as something fails: of the cause, if somebody need know. It must not wait.</param>
    public DeliveryWindow(
        int concurrency,
        Func<RecordedEvent, Task<bool>> handle,
        Action<long> onProgress,
        Action<Exception?, RecordedEvent> onFailure)
    {
        _concurrency = concurrency;
        _handle = handle;
        _onProgress = onProgress;
        _onFailure = onFailure;
    }

    public bool HasFailed
    {
        get
        {
            lock (_lock)
            {
                return _hasFailed;
            }
        }
    }

    /// <summary>Begins with an event. Ends when there is room for another, or when something has failed.</summary>
    public Task OfferAsync(RecordedEvent recorded)
    {
        var entry = new Entry(recorded.Sequence);
        lock (_lock)
        {
            if (_hasFailed)
            {
                return Task.CompletedTask;
            }

            _entries.Enqueue(entry);
            _running++;
        }

        _ = HandleAsync(entry, recorded);
        return UntilAsync(() => _hasFailed || _running < _concurrency);
    }

    /// <summary>Ends when nothing is under way.</summary>
    public Task DrainAsync() => UntilAsync(() => _running == 0);

    private async Task HandleAsync(Entry entry, RecordedEvent recorded)
    {
        var isDone = false;
        Exception? cause = null;
        try
        {
            // A handler that blocks must not keep others from beginning, where others may, nor the consumer from its end.
            isDone = await Task.Run(() => _handle(recorded)).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            cause = thrown;
        }

        if (!isDone)
        {
            _onFailure(cause, recorded);
        }

        TaskCompletionSource<bool>? change;
        lock (_lock)
        {
            entry.IsDone = isDone;
            _hasFailed |= !isDone;
            if (TakeDone() is { } through)
            {
                // Within the lock: what is told later must be the larger.
                _onProgress(through);
            }

            _running--;
            change = _change;
            _change = null;
        }

        change?.TrySetResult(true);
    }

    private long? TakeDone()
    {
        long? through = null;
        while (_entries.Count > 0 && _entries.Peek().IsDone)
        {
            through = _entries.Dequeue().Sequence;
        }

        return through;
    }

    private async Task UntilAsync(Func<bool> isSo)
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                if (isSo())
                {
                    return;
                }

                _change ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                change = _change.Task;
            }

            await change.ConfigureAwait(false);
        }
    }

    private sealed class Entry(long sequence)
    {
        public long Sequence { get; } = sequence;

        public bool IsDone { get; set; }
    }
}
