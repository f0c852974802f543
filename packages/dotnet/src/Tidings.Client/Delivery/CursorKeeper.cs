namespace Tidings.Client;

/// <summary>Saves cursors, one at a time; while one is being saved, only the newest of the others is kept.</summary>
/// <param name="store">The user's, if there is one.</param>
/// <param name="onFailure">Told of what it threw.</param>
/// <param name="surroundings">Time, and the mailbox in which all is called.</param>
internal sealed class CursorKeeper(ICursorStore? store, Action<Exception> onFailure, DeliverySurroundings surroundings)
{
    private readonly Timers<Timer> _timers = new(surroundings);
    private readonly Backoff _backoff = surroundings.CreateBackoff();
    private Cursor? _latest;
    private Cursor? _saved;
    private bool _isSaving;
    private Action? _onIdle;

    private enum Timer
    {
        Retry,
    }

    /// <summary>The store has this already.</summary>
    public void Begin(Cursor saved) => _saved = saved;

    public void Note(Cursor cursor) => _latest = cursor;

    /// <summary>Saves what was noted last, unless the store has it. One that failed is tried again after a while.</summary>
    public void Save()
    {
        if (store is null || _latest is not { } cursor || _isSaving || cursor == _saved)
        {
            return;
        }

        _isSaving = true;
        surroundings.Mailbox.Await(
            async () =>
            {
                await store.SaveAsync(cursor, CancellationToken.None).ConfigureAwait(false);
                return true;
            },
            _ =>
            {
                _saved = cursor;
                _isSaving = false;
                _backoff.Reset();
                Save();
                TellIdle();
            },
            cause =>
            {
                _isSaving = false;
                onFailure(cause);
                _timers.Set(Timer.Retry, _backoff.Next(), Save);
                TellIdle();
            });
    }

    /// <summary>Tries nothing again.</summary>
    public void Stop() => _timers.Stop();

    /// <summary>Saves what is left, and calls when that has ended, well or not.</summary>
    public void Finish(Action call)
    {
        Save();
        _onIdle = call;
        TellIdle();
    }

    private void TellIdle()
    {
        if (!_isSaving)
        {
            var call = _onIdle;
            _onIdle = null;
            call?.Invoke();
        }
    }
}
