using System.Text;

namespace Tidings.Client;

/// <summary>Sends events to EventBridge. An entry has its own bus, so one request may serve several modules.</summary>
internal sealed class BusTransport(IEventBridge eventBridge, Buses buses, TimeSpan limit, TimeProvider timeProvider)
    : IEventTransport
{
    /// <summary>The time counts as so many bytes. Source: EventBridge user guide, "Calculating PutEvents event entry size".</summary>
    private const int BytesOfTime = 14;

    /// <inheritdoc />
    public int MaxEvents => 10;

    /// <summary>
    /// EventBridge came to take 1 MB of late; not everywhere, and nothing is lost by keeping to the older limit, which is
    /// above what an event may have. Source: EventBridge API reference, PutEvents: "less than 256 KB".
    /// </summary>
    public int MaxBytes => (256 * 1024) - 1;

    public int BytesOf(PreparedEvent prepared) =>
        prepared.Json.Length
        + Encoding.UTF8.GetByteCount(prepared.Source)
        + Encoding.UTF8.GetByteCount(prepared.Type)
        + BytesOfTime;

    public async Task<IReadOnlyList<Verdict>> SendAsync(
        IReadOnlyList<PreparedEvent> events,
        CancellationToken cancellationToken)
    {
        var verdicts = new Verdict[events.Count];
        var sent = new List<int>(events.Count);
        var entries = new List<EventBridgeEntry>(events.Count);
        for (var i = 0; i < events.Count; i += 1)
        {
            if (EntryFor(events[i], out var refusal) is { } entry)
            {
                sent.Add(i);
                entries.Add(entry);
            }
            else
            {
                verdicts[i] = refusal!;
            }
        }
        if (entries.Count > 0)
        {
            var isMixed = sent.Select(i => events[i].Module).Distinct(StringComparer.Ordinal).Skip(1).Any();
            var answers = await PutAsync(entries, isMixed, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < sent.Count; i += 1)
            {
                verdicts[sent[i]] = answers(i);
            }
        }
        return verdicts;
    }

    private async Task<Func<int, Verdict>> PutAsync(
        IReadOnlyList<EventBridgeEntry> entries,
        bool isMixed,
        CancellationToken cancellationToken)
    {
        try
        {
            var results = await TimedCall
                .RunAsync(ended => eventBridge.PutEventsAsync(entries, ended), limit, timeProvider, cancellationToken)
                .ConfigureAwait(false);
            return i => BusAnswer.OfEntry(i < results?.Count ? results[i] : null);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var verdict = BusAnswer.OfFailure(error, limit);
            // A role may put on one bus and not on the other; the request is refused as a whole.
            return isMixed && verdict is Verdict.Refused { ConcernsAll: false }
                ? _ => new Verdict.Apart(ByModule: true)
                : _ => verdict;
        }
    }

    private EventBridgeEntry? EntryFor(PreparedEvent prepared, out Verdict? refusal)
    {
        refusal = null;
        string? name = null;
        var detail = $"Expected the name of the bus for the module {prepared.Module}, found none";
        try
        {
            name = buses.NameOf(prepared.Module);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // It is a function of the user's: whatever it throws, this event has no bus, and the others may.
            detail = $"\"Buses\" failed: {error.GetType().Name}";
        }
        if (name is null)
        {
            refusal = new Verdict.Refused(new PublishProblem(ErrorCodes.BusUnknown, detail));
            return null;
        }
        return new EventBridgeEntry(name, prepared.Source, prepared.Type, TextOf(prepared.Json), prepared.Time);
    }

    private static string TextOf(ReadOnlyMemory<byte> json)
    {
#if NETSTANDARD2_0
        return Encoding.UTF8.GetString(json.ToArray());
#else
        return Encoding.UTF8.GetString(json.Span);
#endif
    }
}
