namespace Tidings.Client;

/// <summary>
/// Between the delivery, which hands in one event at a time, and the loop that reads them. An event counts as dealt with
/// when the loop asks for the next. One at which a loop was left has not been dealt with: the next loop begins with it.
/// All of it happens within the mailbox.
/// </summary>
internal sealed class Handover(Mailbox mailbox)
{
    /// <summary>Handed in, and not dealt with.</summary>
    private (RecordedEvent Event, TaskCompletionSource<bool> Ended)? _waiting;

    private object? _reader;

    /// <summary>Whether the reader has what waits.</summary>
    private bool _isGiven;

    private TaskCompletionSource<RecordedEvent?>? _asking;
    private bool _isClosed;
    private Exception? _failure;

    /// <summary>Hands in an event. Ends when it was dealt with; false: it was not, and never will be.</summary>
    public ValueTask<bool> PutAsync(RecordedEvent recorded)
    {
        // What goes on from it only posts, so it may do that at once.
        var ended = new TaskCompletionSource<bool>();
        return mailbox.Post(() => Put(recorded, ended)) ? new ValueTask<bool>(ended.Task) : new ValueTask<bool>(false);
    }

    /// <summary>The next event; null when there will be none any more.</summary>
    /// <param name="reader">Who asks. Only one may read at a time.</param>
    /// <param name="cancellationToken">Ends the wait, and not what was said by asking.</param>
    public async Task<RecordedEvent?> NextAsync(object reader, CancellationToken cancellationToken)
    {
        var asking = new TaskCompletionSource<RecordedEvent?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!mailbox.Post(() => Ask(reader, asking, cancellationToken)))
        {
            return null;
        }

        using (cancellationToken.Register(() => mailbox.Post(() => Cancel(asking, cancellationToken))))
        {
            return await asking.Task.ConfigureAwait(false);
        }
    }

    /// <summary>A loop was left.</summary>
    public void Leave(object reader) => mailbox.Post(() =>
    {
        if (ReferenceEquals(_reader, reader))
        {
            _reader = null;
            _asking = null;
            _isGiven = false;
        }
    });

    /// <summary>
    /// There will be nothing more. What a loop has under way is not waited for, because it may be waiting for the client to
    /// close: it was not dealt with, as far as anybody knows. To be called within the mailbox.
    /// </summary>
    public void Close(Exception? failure)
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _failure = failure;
        _waiting?.Ended.TrySetResult(false);
        _waiting = null;
        if (_asking is { } asking)
        {
            End(asking);
        }
    }

    private void Put(RecordedEvent recorded, TaskCompletionSource<bool> ended)
    {
        if (_isClosed)
        {
            ended.TrySetResult(false);
            return;
        }

        _waiting = (recorded, ended);
        Give();
    }

    private void Ask(object reader, TaskCompletionSource<RecordedEvent?> asking, CancellationToken cancellationToken)
    {
        if (_isClosed)
        {
            End(asking);
            return;
        }

        _reader ??= reader;
        if (!ReferenceEquals(_reader, reader))
        {
            asking.TrySetException(new InvalidOperationException(
                "Expected one loop at a time, found another that has not been left: a client has one cursor"));
            return;
        }

        if (_isGiven)
        {
            _isGiven = false;
            _waiting?.Ended.TrySetResult(true);
            _waiting = null;
        }

        // Who asks with a token that was cancelled says that the last one is done, and wants no other.
        if (cancellationToken.IsCancellationRequested)
        {
            asking.TrySetCanceled(cancellationToken);
            return;
        }

        _asking = asking;
        Give();
    }

    private void Cancel(TaskCompletionSource<RecordedEvent?> asking, CancellationToken cancellationToken)
    {
        if (ReferenceEquals(_asking, asking))
        {
            _asking = null;
        }

        // Too late if it was given an event: then the loop has that.
        asking.TrySetCanceled(cancellationToken);
    }

    private void Give()
    {
        if (_asking is { } asking && _waiting is { } waiting)
        {
            _asking = null;
            _isGiven = true;
            asking.TrySetResult(waiting.Event);
        }
    }

    private void End(TaskCompletionSource<RecordedEvent?> asking)
    {
        _asking = null;
        if (_failure is null)
        {
            asking.TrySetResult(null);
        }
        else
        {
            asking.TrySetException(_failure);
        }
    }
}
