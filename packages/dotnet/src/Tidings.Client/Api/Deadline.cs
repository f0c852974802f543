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
        _timer = timeProvider.CreateTimer(_ => _source.CancelQuietly(), state: null, limit, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token { get; }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }
}
