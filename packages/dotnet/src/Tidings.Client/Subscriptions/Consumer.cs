using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>What consuming needs however events come: handlers, failures, waiting, and the end of it.</summary>
internal sealed class Consumer : IDisposable
{
    private readonly TidingsSubscriptionOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly Backoff _backoff;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _givenUp = new();

    public Consumer(TidingsSubscriptionOptions options, ILogger logger, TimeProvider timeProvider)
    {
        _options = options;
        _logger = logger;
        _timeProvider = timeProvider;
        _backoff = new Backoff(options.Timing.BackoffBase, options.Timing.BackoffCap, options.Random);
        Stopping = _stopping.Token;
        GivenUp = _givenUp.Token;
        Connection = new Connection(TellStatus);
    }

    public Connection Connection { get; }

    /// <summary>It is to end: nothing new is begun.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Handlers are not waited for any more.</summary>
    public CancellationToken GivenUp { get; }

    public bool IsStopping => Stopping.IsCancellationRequested;

    public void Stop()
    {
        Cancel(_stopping);
    }

    public void GiveUp()
    {
        Cancel(_givenUp);
    }

    public void Dispose()
    {
        // What comes late finds that everything has ended.
        Stop();
        GiveUp();
        _stopping.Dispose();
        _givenUp.Dispose();
    }

    /// <summary>Waits, but not longer than until it is to end.</summary>
    public async Task SleepAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, _timeProvider, Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (IsStopping)
        {
            // It was woken.
        }
    }

    /// <summary>Something failed: tells so, and waits.</summary>
    /// <param name="reason">What it waits for.</param>
    /// <param name="signal">What that does to the state.</param>
    /// <param name="least">As the hub asks for.</param>
    public Task PauseAsync(StatusReason reason, ConnectionSignal signal = ConnectionSignal.HeldUp, TimeSpan? least = null)
    {
        if (IsStopping)
        {
            return Task.CompletedTask;
        }

        var wait = _backoff.Next();
        wait = least > wait ? least.Value : wait;
        Connection.Signal(signal, reason, wait);
        return SleepAsync(wait);
    }

    /// <summary>Something went well: the next wait is short again.</summary>
    public void Succeeded() => _backoff.Reset();

    public DeliveryWindow OpenWindow(Func<RecordedEvent, Task<bool>> handle, Action<long> onProgress) =>
        new(_options.Concurrency, handle, onProgress, TellFailure);

    /// <summary>Waits for handlers; when it is to end at once, not for them.</summary>
    public async Task PatientlyAsync(Task handlers)
    {
        try
        {
            await handlers.WaitAsync(Timeout.InfiniteTimeSpan, _timeProvider, GivenUp).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (GivenUp.IsCancellationRequested)
        {
            // They may go on, but nobody looks at how they end.
        }
    }

    public async Task TellResetAsync(DeliveryReset reset)
    {
        SubscriptionLog.Reset(_logger, _options.Name, reset.Reason, reset.Oldest);
        if (_options.Reset is not { } tell)
        {
            return;
        }

        try
        {
            // On a thread of its own: it may block.
            await PatientlyAsync(Task.Run(() => tell(reset, GivenUp))).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            Report(Error(ErrorCodes.HandlerFailed, "Reset failed", cause));
        }
    }

    /// <summary>Something went wrong, and the consumer goes on.</summary>
    public void Report(DeliveryException error)
    {
        SubscriptionLog.Trouble(_logger, error, _options.Name, error.Code);
        Tell(error);
    }

    /// <summary>Something went wrong that ends the consumer.</summary>
    public void ReportEnd(DeliveryException error)
    {
        SubscriptionLog.Failed(_logger, error, _options.Name, error.Code);
        Tell(error);
    }

    public static DeliveryException Error(string code, string detail, Exception? cause, string? eventId = null)
    {
        var refusal = cause as HubException;
        var problem = new TidingsProblem(code, detail)
        {
            Errors = refusal?.Errors ?? [],
            IsRetryable = refusal?.IsRetryable == true || refusal?.Status == 401,
            Status = refusal?.Status,
        };
        return new DeliveryException(problem, cause) { EventId = eventId };
    }

    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            if (!source.IsCancellationRequested)
            {
                source.Cancel();
            }
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
        catch (AggregateException cause)
        {
            // All were told; one that fails at it must not keep the consumer from its end.
            Report(Error(ErrorCodes.HandlerFailed, "What was registered for the cancellation failed", cause));
        }
    }

    private void TellFailure(Exception? cause, RecordedEvent recorded)
    {
        if (cause is not null)
        {
            var detail = $"The event {Found.Describe(recorded.Id)} was not dealt with: it comes again, with what follows it";
            Report(Error(ErrorCodes.HandlerFailed, detail, cause, recorded.Id));
        }
    }

    private void TellStatus(ConnectionStatus status)
    {
        SubscriptionLog.Status(_logger, _options.Name, status.State, status.Reason);
        try
        {
            _options.StatusChanged?.Invoke(status);
        }
        catch (Exception cause)
        {
            Report(Error(ErrorCodes.HandlerFailed, "StatusChanged failed", cause));
        }
    }

    private void Tell(DeliveryException error)
    {
        try
        {
            _options.Error?.Invoke(error);
        }
        catch (Exception cause)
        {
            // Whoever is told of errors has failed itself: there is only the log left to tell.
            SubscriptionLog.Trouble(_logger, cause, _options.Name, ErrorCodes.HandlerFailed);
        }
    }
}
