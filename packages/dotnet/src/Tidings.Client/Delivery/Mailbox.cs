using System.Threading.Channels;

namespace Tidings.Client;

/// <summary>
/// Where everything that happens to one client is dealt with, one thing after the other: what sockets bring, what timers
/// call, what handlers answer. So nothing in the delivery needs a lock.
/// </summary>
internal sealed class Mailbox
{
    private readonly Channel<Action> _actions = Channel.CreateUnbounded<Action>(
        new UnboundedChannelOptions { SingleReader = true });

    private readonly Action<Exception> _onFault;

    /// <param name="onFault">Told, within the mailbox, of what an action threw: a mistake in this package.</param>
    public Mailbox(Action<Exception> onFault)
    {
        _onFault = onFault;

        // Whoever makes a client is not whom it works for: neither its activity nor its other ambient values go along.
        using (ExecutionContext.SuppressFlow())
        {
            Completion = Task.Run(RunAsync);
        }
    }

    /// <summary>Ends when everything that was posted before <see cref="Complete"/> has been dealt with.</summary>
    public Task Completion { get; }

    /// <summary>How many actions there have been: by it a test finds out whether anything is left to be done.</summary>
    public long Served { get; private set; }

    /// <summary>False after <see cref="Complete"/>: then it is never called.</summary>
    public bool Post(Action action) => _actions.Writer.TryWrite(action);

    /// <summary>Takes nothing more.</summary>
    public void Complete() => _actions.Writer.TryComplete();

    /// <summary>
    /// Runs something of the user's that may wait, and tells within the mailbox how it ended: at once if it did not wait,
    /// so that nothing is put off that need not be. To be called within the mailbox.
    /// </summary>
    public void Await<T>(Func<ValueTask<T>> run, Action<T> succeeded, Action<Exception> failed)
    {
        T value;
        try
        {
            var task = run();
            if (!task.IsCompleted)
            {
                _ = PostResultAsync(task, succeeded, failed);
                return;
            }

#pragma warning disable VSTHRD002 // It has ended: nothing waits.
            value = task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
        }
        catch (Exception cause)
        {
            failed(cause);
            return;
        }

        succeeded(value);
    }

    private async Task PostResultAsync<T>(ValueTask<T> task, Action<T> succeeded, Action<Exception> failed)
    {
        try
        {
            var value = await task.ConfigureAwait(false);
            Post(() => succeeded(value));
        }
        catch (Exception cause)
        {
            Post(() => failed(cause));
        }
    }

    private async Task RunAsync()
    {
        while (await _actions.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_actions.Reader.TryRead(out var action))
            {
                Served++;
                try
                {
                    action();
                }
                catch (Exception cause)
                {
                    _onFault(cause);
                }
            }
        }
    }
}
