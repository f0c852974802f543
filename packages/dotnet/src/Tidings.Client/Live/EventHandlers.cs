namespace Tidings.Client;

/// <summary>
/// Handlers by pattern. Those that match an event are all called, in the order in which they came and without waiting for
/// each other; none can stop another.
/// </summary>
internal sealed class EventHandlers
{
    private Entry[] _entries = [];

    public bool IsEmpty => Volatile.Read(ref _entries).Length == 0;

    /// <summary>Returns what takes the handler away; to dispose it again does nothing.</summary>
    public IDisposable Add(string pattern, Func<RecordedEvent, CancellationToken, Task> handler)
    {
        var entry = new Entry(this, pattern, EventPattern.Compile(pattern), handler);
        Change(entries => [.. entries, entry]);
        return entry;
    }

    /// <param name="recorded">The event.</param>
    /// <param name="onFailure">Told of what a handler of a pattern threw.</param>
    /// <param name="cancellationToken">For the handlers. If they end because of it, so does this.</param>
    public Task CallAsync(
        RecordedEvent recorded,
        Action<Exception, string> onFailure,
        CancellationToken cancellationToken)
    {
        var matching = Volatile.Read(ref _entries).Where(one => one.Matches(recorded));
        return Task.WhenAll(matching.Select(one => one.CallAsync(recorded, onFailure, cancellationToken)).ToList());
    }

    private void Change(Func<Entry[], Entry[]> change)
    {
        Entry[] before;
        do
        {
            before = Volatile.Read(ref _entries);
        }
        while (Interlocked.CompareExchange(ref _entries, change(before), before) != before);
    }

    private sealed class Entry(
        EventHandlers owner,
        string pattern,
        EventPattern matcher,
        Func<RecordedEvent, CancellationToken, Task> handler) : IDisposable
    {
        public bool Matches(RecordedEvent recorded) => matcher.Matches(recorded.Type);

        public async Task CallAsync(
            RecordedEvent recorded,
            Action<Exception, string> onFailure,
            CancellationToken cancellationToken)
        {
            try
            {
                await handler(recorded, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception cause)
            {
                onFailure(cause, pattern);
            }
        }

        public void Dispose() => owner.Change(entries => [.. entries.Where(one => one != this)]);
    }
}
