namespace Tidings.Client;

/// <summary>A token that is cancelled after a time, or with the caller's.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;

    public Deadline(TimeSpan limit, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _source.Token;
        _timer = timeProvider.CreateTimer(End, state: null, limit, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token { get; }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void End(object? state)
    {
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It fired while it was disposed of: nobody waits any more.
        }
        catch (AggregateException)
        {
            // Somebody who was told has failed, which must not end the process: it is cancelled all the same.
        }
    }
}
