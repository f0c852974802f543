namespace Tidings.Client;

/// <summary>Acknowledges now and then while a long page is worked at. What fails is acknowledged with the rest.</summary>
internal sealed class AcknowledgementTimer
{
    private readonly Func<Task<bool>> _acknowledge;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private Task _sending = Task.CompletedTask;
    private bool _isStopped;

    /// <param name="acknowledge">True: the hub knows everything. It does not throw.</param>
    /// <param name="interval">Between two acknowledgements.</param>
    /// <param name="timeProvider">The clock.</param>
    public AcknowledgementTimer(Func<Task<bool>> acknowledge, TimeSpan interval, TimeProvider timeProvider)
    {
        _acknowledge = acknowledge;
        _interval = interval;
        _timeProvider = timeProvider;
    }

    /// <summary>There is something to acknowledge.</summary>
    public void Soon()
    {
        lock (_lock)
        {
            if (_isStopped || _timer is not null)
            {
                return;
            }

            // Set first and started second: it may go off before the call that makes it has returned.
            _timer = _timeProvider.CreateTimer(_ => GoOff(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(_interval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Sends nothing more. Ends when nothing is being sent.</summary>
    public Task StopAsync()
    {
        lock (_lock)
        {
            _isStopped = true;
            _timer?.Dispose();
            return _sending;
        }
    }

    private void GoOff()
    {
        lock (_lock)
        {
            if (!_isStopped)
            {
                _sending = Task.Run(SendAsync);
            }
        }
    }

    private async Task SendAsync()
    {
        var isAll = await _acknowledge().ConfigureAwait(false);
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
        }

        if (!isAll)
        {
            Soon();
        }
    }
}
