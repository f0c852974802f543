namespace Tidings.Client;

/// <summary>Pulls pages, one after the other without a pause while there are more, and acknowledges what is done.</summary>
internal sealed class PullTransport
{
    /// <summary>Questions while nothing comes spread over so much of their wait.</summary>
    private const double IdleJitter = 0.25;
    private static readonly TimeSpan LastLimit = TimeSpan.FromSeconds(10);
    private readonly TidingsSubscriptionOptions _options;
    private readonly SubscriptionApi _api;
    private readonly Consumer _consumer;
    private readonly Func<RecordedEvent, Task<bool>> _handle;
    private readonly TimeProvider _timeProvider;
    private readonly PullProgress _progress = new();
    private TimeSpan _wait = TimeSpan.Zero;

    public PullTransport(
        TidingsSubscriptionOptions options,
        SubscriptionApi api,
        Consumer consumer,
        Func<RecordedEvent, Task<bool>> handle,
        TimeProvider timeProvider)
    {
        _options = options;
        _api = api;
        _consumer = consumer;
        _handle = handle;
        _timeProvider = timeProvider;
    }

    /// <summary>Ends when the consumer is to end and has.</summary>
    /// <exception cref="DeliveryException">The hub refuses for good.</exception>
    public async Task RunAsync()
    {
        while (!_consumer.IsStopping)
        {
            try
            {
                var page = await _api.PullAsync(_options.Limit, _consumer.Stopping).ConfigureAwait(false);
                await WorkAsync(page).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_consumer.IsStopping)
            {
                // What was under way is not worth waiting for.
            }
            catch (HubException cause)
            {
                await RecoverAsync(cause).ConfigureAwait(false);
            }
        }

        await AcknowledgeLastAsync().ConfigureAwait(false);
    }

    private async Task WorkAsync(PulledPage page)
    {
        _consumer.Connection.Signal(ConnectionSignal.Subscribed, StatusReason.Subscribed);
        var passed = _progress.Begin(page);
        var timer = new AcknowledgementTimer(TryAcknowledgeAsync, _options.Timing.Acknowledge, _timeProvider);
        var window = _consumer.OpenWindow(_handle, sequence =>
        {
            _progress.Handled(page.Epoch, sequence);
            _consumer.Succeeded();
            timer.Soon();
        });
        foreach (var recorded in page.Events.SkipWhile(one => one.Sequence <= passed))
        {
            if (_consumer.IsStopping || window.HasFailed)
            {
                break;
            }

            await _consumer.PatientlyAsync(window.OfferAsync(recorded)).ConfigureAwait(false);
        }

        await _consumer.PatientlyAsync(window.DrainAsync()).ConfigureAwait(false);
        await timer.StopAsync().ConfigureAwait(false);
        if (!window.HasFailed && !_consumer.IsStopping)
        {
            _progress.Handled(page.Epoch, Math.Max(page.Through, passed));
        }

        await AcknowledgeAsync(_consumer.Stopping).ConfigureAwait(false);
        if (window.HasFailed)
        {
            await _consumer.PauseAsync(StatusReason.HandlerFailed).ConfigureAwait(false);
        }
        else if (page.Through < page.Head)
        {
            _consumer.Connection.Signal(ConnectionSignal.More, StatusReason.MoreToRead);
        }
        else
        {
            await RestAsync(page.Events.Count == 0).ConfigureAwait(false);
        }
    }

    /// <summary>Everything has come.</summary>
    private async Task RestAsync(bool isIdle)
    {
        if (_consumer.IsStopping)
        {
            return;
        }

        _consumer.Connection.Signal(ConnectionSignal.CaughtUp, StatusReason.CaughtUp);
        _consumer.Succeeded();
        var (least, most) = (_options.IdleLeast.TotalMilliseconds, _options.IdleMost.TotalMilliseconds);
        _wait = TimeSpan.FromMilliseconds(
            isIdle ? Math.Min(most, Math.Max(least, _wait.TotalMilliseconds * 2)) : least);
        var part = 1 - (IdleJitter * _options.Random());
        await _consumer.SleepAsync(TimeSpan.FromMilliseconds(_wait.TotalMilliseconds * part)).ConfigureAwait(false);
    }

    private async Task AcknowledgeAsync(CancellationToken cancellationToken)
    {
        if (_progress.Due is { } cursor)
        {
            await _api.AcknowledgeAsync(cursor, cancellationToken).ConfigureAwait(false);
            _progress.Confirm(cursor);
        }
    }

    /// <summary>Whether the hub knows everything now.</summary>
    private async Task<bool> TryAcknowledgeAsync()
    {
        try
        {
            await AcknowledgeAsync(_consumer.Stopping).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is HubException or OperationCanceledException)
        {
            return false;
        }

        return _progress.Due is null;
    }

    private async Task AcknowledgeLastAsync()
    {
        using var deadline = new Deadline(LastLimit, _timeProvider, CancellationToken.None);
        try
        {
            await AcknowledgeAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is HubException or OperationCanceledException)
        {
            const string Detail = "The last acknowledgement failed: what it was for comes again";
            _consumer.Report(Consumer.Error(ErrorCodes.HubFailed, Detail, cause));
        }
    }

    private async Task RecoverAsync(HubException cause)
    {
        if (cause.Cut is { } cut)
        {
            await BeginAnewAsync(cut).ConfigureAwait(false);
            return;
        }

        if (cause.Code is HubCodes.SubscriptionPaused)
        {
            _consumer.Connection.Signal(ConnectionSignal.Subscribed, StatusReason.Subscribed);
            await _consumer.PauseAsync(StatusReason.SubscriptionPaused).ConfigureAwait(false);
            return;
        }

        // What was acknowledged counts in a history that is no more: the next page says so.
        var isStale = cause.Code is HubCodes.EpochMismatch or HubCodes.AckBeyondHead;
        if (isStale)
        {
            _progress.Forget();
        }
        else if (SubscriptionRefusal.ForGood(cause) is { } refusal)
        {
            throw refusal;
        }

        if (_consumer.IsStopping)
        {
            return;
        }

        _consumer.Report(SubscriptionRefusal.Passing(cause));
        var reason = cause.Status == 401 ? StatusReason.TokenRefused : StatusReason.HubFailed;
        await _consumer.PauseAsync(reason, ConnectionSignal.Lost, cause.RetryAfter).ConfigureAwait(false);
    }

    private async Task BeginAnewAsync(HistoryCut cut)
    {
        var reset = new DeliveryReset(cut.Reason, cut.Epoch, cut.Oldest, cut.Head, _progress.Done);
        await _consumer.TellResetAsync(reset).ConfigureAwait(false);
        _progress.BeginAnew();
        if (_consumer.IsStopping)
        {
            return;
        }

        try
        {
            var place = new Cursor(cut.Epoch, cut.Oldest - 1);
            await _api.AcknowledgeAsync(place, _consumer.Stopping).ConfigureAwait(false);
        }
        catch (HubException cause)
        {
            await RecoverAsync(cause).ConfigureAwait(false);
        }
    }
}
