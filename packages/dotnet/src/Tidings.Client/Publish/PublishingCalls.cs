using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>What all publishers do alike: making events ready, sending them, and telling what became of them.</summary>
internal sealed class PublishingCalls
{
    private readonly PublishTiming _timing;
    private readonly TimeProvider _timeProvider;
    private readonly Func<double> _random;
    private readonly ILogger _logger;

    /// <param name="timing">How long, and how often.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="random">A number from 0 up to but not including 1.</param>
    /// <param name="logger">Is told of what is tried again, and of lists that are not accepted as a whole.</param>
    /// <exception cref="OptionsException">OPTIONS_INVALID</exception>
    public PublishingCalls(PublishTiming timing, TimeProvider timeProvider, Func<double> random, ILogger logger)
    {
        timing.Check();
        _timing = timing;
        _timeProvider = timeProvider;
        _random = random;
        _logger = logger;
    }

    /// <param name="newEvent">The event of the call.</param>
    /// <param name="transportFor">Makes what sends the events of this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<PublishedEvent> PublishAsync(
        NewEvent newEvent,
        Func<IReadOnlyList<PreparedEvent>, IEventTransport> transportFor,
        CancellationToken cancellationToken)
    {
        // Its span stays the current one, so that the requests belong to it.
        var outgoing = Prepare(newEvent, 0);
        await SendAsync([outgoing], transportFor, cancellationToken).ConfigureAwait(false);
        if (outgoing is { Rejection: null, Prepared: { } prepared })
        {
            return new PublishedEvent(prepared.Id, prepared.Type);
        }

        var exception = outgoing.Rejection!.ToException(outgoing.Id);
        throw exception.Code is ErrorCodes.Aborted && cancellationToken.IsCancellationRequested
            ? new OperationCanceledException(exception.Message, exception, cancellationToken)
            : exception;
    }

    /// <param name="newEvents">The events of the call.</param>
    /// <param name="transportFor">Makes what sends the events of this call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<PublishResult> PublishAsync(
        IEnumerable<NewEvent> newEvents,
        Func<IReadOnlyList<PreparedEvent>, IEventTransport> transportFor,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(newEvents);
        // All of it, before the first span begins: the list may be a query of the user's, and throw.
        var given = newEvents.ToList();
        var caller = Activity.Current;
        var all = new List<OutgoingEvent>(given.Count);
        foreach (var newEvent in given)
        {
            all.Add(Prepare(newEvent, all.Count));
            Activity.Current = caller;
        }

        await SendAsync(all, transportFor, cancellationToken).ConfigureAwait(false);
        var result = new PublishResult(
            [
                .. from outgoing in all
                   where outgoing.Rejection is null
                   select new AcceptedEvent(outgoing.Index, outgoing.Prepared!.Id, outgoing.Prepared.Type),
            ],
            [
                .. from outgoing in all
                   let rejection = outgoing.Rejection
                   where rejection is not null
                   select rejection.ToRejected(outgoing.Index, outgoing.Id),
            ]);
        if (result.Rejected.Count > 0)
        {
            _logger.Rejected(result.Rejected.Count, all.Count, result.Rejected[0].Index, result.Rejected[0].Code);
        }

        return result;
    }

    private OutgoingEvent Prepare(NewEvent? newEvent, int index)
    {
        var outgoing = new OutgoingEvent(index, newEvent?.Id, newEvent?.Type);
        try
        {
            outgoing.MakeReady(EventWriter.Prepare(newEvent ?? throw Nothing(), _timeProvider));
        }
        catch (PublishException exception)
        {
            outgoing.Settle(PublishProblem.Of(exception));
        }

        return outgoing;
    }

    private async Task SendAsync(
        IEnumerable<OutgoingEvent> all,
        Func<IReadOnlyList<PreparedEvent>, IEventTransport> transportFor,
        CancellationToken cancellationToken)
    {
        var ready = all.Where(outgoing => outgoing.Prepared is not null).ToList();
        if (ready.Count == 0)
        {
            return;
        }

        var prepared = ready.ConvertAll(outgoing => outgoing.Prepared!);
        var options = new OutboxOptions(transportFor(prepared), _timing, _timeProvider, _random)
        {
            OnRetry = (count, wait, problem) => _logger.Retrying(count, wait, problem.Code, problem.Status),
        };
        var rejections = await Outbox.SendAllAsync(prepared, options, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < ready.Count; i += 1)
        {
            ready[i].Settle(rejections[i]);
        }
    }

    private static PublishException Nothing()
    {
        const string message = "expected an event, found null";
        return new PublishProblem(HubCodes.EventMalformed, $"Not an event that the hub takes: {message}")
        {
            Errors = [new Violation("", message)],
        }.ToException();
    }
}
