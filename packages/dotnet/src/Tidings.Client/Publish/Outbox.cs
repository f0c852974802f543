namespace Tidings.Client;

/// <summary>
/// The events of one call, on their way. One request after the other, so they reach the hub in the caller's order; what
/// failed for the moment goes first again, together with what follows. What was accepted is never sent again.
/// </summary>
internal sealed class Outbox
{
    private static readonly PublishProblem Aborted =
        new(ErrorCodes.Aborted, "The caller has ended the call before the event was accepted") { IsRetryable = true };

    private static readonly Verdict Lost = new Verdict.Again(
        new PublishProblem(ErrorCodes.AnswerInvalid, "The answer says nothing of the event")
        {
            Outcome = PublishOutcome.Unknown,
            IsRetryable = true,
        });

    private readonly OutboxOptions _options;
    private readonly Backoff _backoff;
    private readonly long _begun;
    private readonly OutboxItem[] _items;
    private List<OutboxItem> _open;

    private Outbox(IReadOnlyList<PreparedEvent> events, OutboxOptions options)
    {
        var timing = options.Timing;
        _options = options;
        _items = [.. events.Select((prepared, position) => new OutboxItem(prepared, position))];
        _open = [.. _items];
        _begun = options.TimeProvider.GetTimestamp();
        _backoff = new Backoff(timing.BackoffBase, timing.BackoffCap, options.Random);
    }

    /// <summary>
    /// Sends events until there is nothing left to be tried. Never throws because of what becomes of them, and neither
    /// when it is cancelled.
    /// </summary>
    /// <returns>For each event, in order, why it is not accepted; nothing if it is.</returns>
    public static async Task<IReadOnlyList<PublishProblem?>> SendAllAsync(
        IReadOnlyList<PreparedEvent> events,
        OutboxOptions options,
        CancellationToken cancellationToken)
    {
        var outbox = new Outbox(events, options);
        await outbox.RunAsync(cancellationToken).ConfigureAwait(false);
        return [.. outbox._items.Select(item => item.Rejection)];
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = new Deadline(_options.Timing.Budget, _options.TimeProvider, cancellationToken);
        try
        {
            while (_open.Count > 0)
            {
                stop.Token.ThrowIfCancellationRequested();
                await SendNextAsync(stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            var isCaller = cancellationToken.IsCancellationRequested;
            GiveUp(item => isCaller ? Aborted : item.Last ?? TimedOut());
        }
    }

    private async Task SendNextAsync(CancellationToken cancellationToken)
    {
        var chunk = FirstChunk();
        var wereUnknown = chunk.ConvertAll(item => item.IsUnknown);
        chunk.ForEach(item => item.IsUnknown = true);
        var verdicts = await _options.Transport
            .SendAsync(chunk.ConvertAll(item => item.Prepared), cancellationToken)
            .ConfigureAwait(false);

        var kept = new List<OutboxItem>();
        Verdict.Again? retry = null;
        PublishProblem? general = null;
        for (var i = 0; i < chunk.Count; i += 1)
        {
            var verdict = i < verdicts.Count ? verdicts[i] : Lost;
            chunk[i].IsUnknown = wereUnknown[i]
                || verdict is Verdict.Again { Problem.Outcome: PublishOutcome.Unknown }
                    or Verdict.Refused { Problem.Outcome: PublishOutcome.Unknown };
            if (IsKept(chunk[i], verdict, cancellationToken.IsCancellationRequested))
            {
                kept.Add(chunk[i]);
                retry = verdict is Verdict.Again again && !(retry?.RetryAfter >= (again.RetryAfter ?? TimeSpan.Zero))
                    ? again
                    : retry;
            }
            else
            {
                general = Settle(chunk[i], verdict) ?? general;
            }
        }

        _open.RemoveRange(0, chunk.Count);
        _open.InsertRange(0, kept);
        if (general is not null)
        {
            GiveUp(_ => general);
        }
        else if (retry is null)
        {
            _backoff.Reset();
        }
        else
        {
            await PauseAsync(retry, kept.Count, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether an event is to be sent once more, or shares the fate of the others when the call has ended.</summary>
    private bool IsKept(OutboxItem item, Verdict verdict, bool hasEnded)
    {
        switch (verdict)
        {
            case Verdict.Again again when hasEnded || item.Tries + 1 < _options.Timing.Attempts:
                item.Tries += 1;
                item.Last = hasEnded ? item.Last ?? again.Problem : again.Problem;
                return true;
            case Verdict.Apart apart:
                item.Group = apart.ByModule ? item.Prepared.Module : $"event {item.Position}";
                return true;
            default:
                return false;
        }
    }

    private async Task PauseAsync(Verdict.Again retry, int count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var own = _backoff.Next();
        var wait = retry.RetryAfter > own ? retry.RetryAfter.Value : own;

        // No use in waiting for what there will be no time to do.
        if (_options.TimeProvider.GetElapsedTime(_begun) + wait >= _options.Timing.Budget)
        {
            GiveUp(item => item.Last ?? TimedOut());
            return;
        }

        _options.OnRetry?.Invoke(count, wait, retry.Problem);
        await Task.Delay(wait, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What becomes of an event for good. Returns what becomes of all others, if they share its fate.</summary>
    private static PublishProblem? Settle(OutboxItem item, Verdict verdict)
    {
        var (problem, concernsAll) = verdict switch
        {
            Verdict.Again again => (again.Problem, again.ConcernsAll),
            Verdict.Refused refused => (refused.Problem, refused.ConcernsAll),
            _ => (null, false),
        };
        item.Rejection = problem is null ? null : WithOutcome(problem, item);
        return concernsAll ? problem : null;
    }

    private void GiveUp(Func<OutboxItem, PublishProblem> reasonFor)
    {
        _open.ForEach(item => item.Rejection = WithOutcome(reasonFor(item), item));
        _open = [];
    }

    private static PublishProblem WithOutcome(PublishProblem problem, OutboxItem item) =>
        problem with { Outcome = item.IsUnknown ? PublishOutcome.Unknown : PublishOutcome.NotAccepted };

    private PublishProblem TimedOut() => new(
        ErrorCodes.TimedOut,
        $"The event was not accepted within the {_options.Timing.Budget.TotalMilliseconds} ms of the call")
    {
        IsRetryable = true,
    };

    /// <summary>As many events from the front as share a group and fit into one request. One always does.</summary>
    private List<OutboxItem> FirstChunk()
    {
        var transport = _options.Transport;
        var chunk = new List<OutboxItem>();
        long bytes = 0;
        foreach (var item in _open)
        {
            bytes += transport.BytesOf(item.Prepared);
            var fits = chunk.Count < transport.MaxEvents
                && bytes <= transport.MaxBytes
                && string.Equals(item.Group, _open[0].Group, StringComparison.Ordinal);
            if (chunk.Count > 0 && !fits)
            {
                break;
            }

            chunk.Add(item);
        }

        return chunk;
    }
}
