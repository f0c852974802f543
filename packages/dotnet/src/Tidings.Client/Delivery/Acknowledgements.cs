namespace Tidings.Client;

/// <summary>
/// What of a durable subscription has been acknowledged, and what may be: never more than what has been handed over without
/// a gap, whatever the user says, because the hub forgets everything below.
/// </summary>
/// <param name="send">Sends one. Returns whether there was a way to.</param>
/// <param name="surroundings">Time.</param>
internal sealed class Acknowledgements(Func<Cursor, bool> send, DeliverySurroundings surroundings)
{
    /// <summary>Below every sequence.</summary>
    private const long Nothing = -1;

    private readonly Timers<Timer> _timers = new(surroundings);

    /// <summary>As far as the user has said.</summary>
    private long _wanted = Nothing;

    /// <summary>As far as the hub knows, or will if nothing was lost.</summary>
    private long _sent;

    /// <summary>As far as the hub has confirmed.</summary>
    private long _confirmed;

    private Cursor? _handled;

    private enum Timer
    {
        Send,
    }

    public void Want(long sequence)
    {
        _wanted = Math.Max(_wanted, sequence);
        Plan();
    }

    /// <summary>Everything up to here has been dealt with. After a reset, earlier numbers mean nothing.</summary>
    public void Handled(Cursor cursor, bool isReset)
    {
        // In another history even 0 says something: that the subscription stands in it now.
        if (isReset)
        {
            _wanted = _sent = _confirmed = Nothing;
        }

        _handled = cursor;
        Plan();
    }

    /// <summary>Where the hub says that the subscription stands.</summary>
    public void Confirm(Cursor cursor)
    {
        if (string.Equals(cursor.Epoch, _handled?.Epoch, StringComparison.Ordinal))
        {
            _confirmed = Math.Max(_confirmed, cursor.Sequence);
        }
    }

    /// <summary>Sends again what was never confirmed: there is a new socket, or the answer was lost.</summary>
    public void Retry()
    {
        _sent = _confirmed;
        Plan();
    }

    /// <summary>Sends what waits, now.</summary>
    public void Flush()
    {
        _timers.Clear(Timer.Send);
        if (Due() is { } cursor && send(cursor))
        {
            _sent = cursor.Sequence;
        }
    }

    public void Stop()
    {
        _timers.Stop();
        _wanted = Nothing;
    }

    private Cursor? Due()
    {
        if (_handled is null)
        {
            return null;
        }

        var sequence = Math.Min(_wanted, _handled.Sequence);
        return sequence > _sent ? _handled with { Sequence = sequence } : null;
    }

    private void Plan()
    {
        if (!_timers.Has(Timer.Send) && Due() is not null)
        {
            _timers.Set(Timer.Send, surroundings.Timing.Acknowledge, Flush);
        }
    }
}
