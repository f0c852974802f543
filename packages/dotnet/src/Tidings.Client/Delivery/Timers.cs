namespace Tidings.Client;

/// <summary>
/// Timers by name: one that is set again replaces the one before; and all end together. They call within the mailbox, and
/// one that was cleared never does, although it may have gone off already.
/// </summary>
internal sealed class Timers<TName>(DeliverySurroundings surroundings)
    where TName : struct, Enum
{
    private readonly Dictionary<TName, ITimer> _timers = [];
    private bool _isStopped;

    public bool Has(TName name) => _timers.ContainsKey(name);

    public void Set(TName name, TimeSpan wait, Action call)
    {
        Clear(name);
        if (_isStopped)
        {
            return;
        }

        // Set first and started second: it may go off before the call that makes it has returned.
        ITimer? timer = null;
        timer = surroundings.Time.CreateTimer(
            _ => surroundings.Mailbox.Post(() => GoOff(name, timer!, call)),
            state: null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _timers[name] = timer;
        timer.Change(wait < TimerLength.Longest ? wait : TimerLength.Longest, Timeout.InfiniteTimeSpan);
    }

    public void Clear(TName name)
    {
        if (_timers.TryGetValue(name, out var timer))
        {
            _timers.Remove(name);
            timer.Dispose();
        }
    }

    /// <summary>Clears all, and sets none from then on.</summary>
    public void Stop()
    {
        _isStopped = true;
        foreach (var timer in _timers.Values)
        {
            timer.Dispose();
        }

        _timers.Clear();
    }

    private void GoOff(TName name, ITimer timer, Action call)
    {
        if (_timers.TryGetValue(name, out var current) && ReferenceEquals(current, timer))
        {
            Clear(name);
            call();
        }
    }
}
