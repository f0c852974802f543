using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>
/// Events of the past: what <c>GET /events</c> of the hub has. The token needs the environment's scope for reading
/// (<c>events:read</c>).
/// </summary>
/// <remarks>
/// Every call throws a <see cref="HubException"/> if the hub refuses (SCOPE_MISSING, TOKEN_EXPIRED, QUERY_INVALID,
/// RATE_LIMITED and others) or cannot be asked (TOKEN_FAILED, NETWORK_FAILED, HUB_UNAVAILABLE, REQUEST_REFUSED,
/// ANSWER_INVALID). What may be tried again was tried again by then.
/// </remarks>
public sealed class TidingsHistory
{
    private readonly HubCalls _hub;

    /// <param name="http">Sends the requests; best one that follows no redirection. It stays yours.</param>
    /// <param name="options">Where the hub is, and how it is asked.</param>
    /// <param name="tokens">Where tokens come from.</param>
    /// <param name="logger">Told of tries.</param>
    /// <param name="timeProvider">The clock; absent: the system's.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public TidingsHistory(
        HttpClient http,
        TidingsHubOptions options,
        ITokenSource tokens,
        ILogger<TidingsHistory>? logger = null,
        TimeProvider? timeProvider = null) =>
        _hub = new HubCalls(http, options, tokens, options.Scopes, logger, timeProvider);

    /// <summary>The next page after a place, or since a time.</summary>
    /// <param name="query">What is asked for; absent: all, from the oldest on.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HubException">
    /// HISTORY_CUT if what follows <see cref="HistoryQuery.After"/> is gone: <see cref="HubException.Cut"/> says what is left.
    /// QUERY_INVALID, FILTER_INVALID, CURSOR_INVALID if the query cannot be used. Others: see the remarks of the class.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller has ended it.</exception>
    public async Task<HistoryPage> PageAsync(HistoryQuery? query = null, CancellationToken cancellationToken = default)
    {
        query ??= new HistoryQuery();
        var filter = new FilterQuery(HubInput.Filter(query.Filter ?? new EventFilter()));
        List<(string Name, string Value)> parameters = [.. BeginningOf(query), .. LimitOf(query), .. filter.Parameters];
        var text = string.Join("&", parameters.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
        var request = HubRequest.Get(text.Length == 0 ? HubPath.Events : $"{HubPath.Events}?{text}");
        var answer = new AnswerReader(await _hub.CallAsync(request, cancellationToken).ConfigureAwait(false));
        return new HistoryPage(
            answer.Text("epoch"),
            filter.Choose(answer.Events("events")),
            answer.Sequence("through"),
            answer.Sequence("head"));
    }

    /// <summary>One event with all of its data.</summary>
    /// <param name="id">The event's id.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>
    /// Null if there is none of the id. One that is past its time, or is not for this token, is answered alike.
    /// </returns>
    /// <exception cref="HubException">See the remarks of the class.</exception>
    /// <exception cref="OperationCanceledException">The caller has ended it.</exception>
    public async Task<RecordedEvent?> EventAsync(string id, CancellationToken cancellationToken = default)
    {
        // No event can have it. Some of what is no identifier cannot be written in a URL.
        if (Identifier.Problem(id) is not null)
        {
            return null;
        }

        try
        {
            var request = HubRequest.Get(HubPath.Event(id));
            return AnswerReader.EventOf(await _hub.CallAsync(request, cancellationToken).ConfigureAwait(false));
        }
        catch (HubException error) when (error.Code is HubCodes.EventNotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// All events from a place or a time on, page by page as the loop asks for them. It ends with
    /// <paramref name="through"/>, or with what was the head when it began.
    /// </summary>
    /// <param name="query">What is asked for; absent: all, from the oldest on.</param>
    /// <param name="through">The last sequence to give; absent: what is the head when it begins.</param>
    /// <param name="cancellationToken">Ends the loop.</param>
    /// <exception cref="HubException">
    /// HISTORY_CUT if history was cut, or is cut meanwhile; others as of <see cref="PageAsync"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller has ended it.</exception>
    public async IAsyncEnumerable<RecordedEvent> EventsAsync(
        HistoryQuery? query = null,
        long? through = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = through is { } wanted ? HubInput.Sequence(wanted, "/through") : (long?)null;
        var next = (query ?? new HistoryQuery()) with { Limit = query?.Limit ?? Limits.PageEvents };
        for (var passed = -1L; ;)
        {
            var page = await PageAsync(next, cancellationToken).ConfigureAwait(false);
            last ??= page.Head;
            foreach (var recorded in page.Events)
            {
                if (recorded.Sequence > last)
                {
                    yield break;
                }

                yield return recorded;
            }

            if (page.Through >= Math.Min(last.Value, page.Head))
            {
                yield break;
            }

            if (page.Through <= passed)
            {
                throw new HubException(new TidingsProblem(
                    ErrorCodes.AnswerInvalid, $"Expected a page that goes on after {passed}, found one that does not"));
            }

            passed = page.Through;
            next = next with { After = page.Next, AfterSequence = null, Since = null };
        }
    }

    private static IEnumerable<(string Name, string Value)> BeginningOf(HistoryQuery query)
    {
        if (new object?[] { query.After, query.AfterSequence, query.Since }.Count(value => value is not null) > 1)
        {
            throw Refused("", "expected one of After, AfterSequence and Since, found several");
        }

        if (query.Since is { } since)
        {
            return [("since", Rfc3339.Format(since))];
        }

        if (query.After is { } after)
        {
            var (epoch, sequence) = HubInput.Cursor(after, "/after");
            return [("after", TextOf(sequence)), ("epoch", epoch)];
        }

        return query.AfterSequence is { } place ? [("after", TextOf(HubInput.Sequence(place, "/after")))] : [];
    }

    private static IEnumerable<(string Name, string Value)> LimitOf(HistoryQuery query) => query.Limit switch
    {
        null => [],
        >= 1 and <= Limits.PageEvents => [("limit", TextOf(query.Limit.Value))],
        _ => throw Refused("/limit", $"expected a limit from 1 to {Limits.PageEvents}, found {query.Limit}"),
    };

    private static HubException Refused(string path, string message) =>
        HubInput.Refused(HubCodes.QueryInvalid, "The query cannot be used", [new Violation(path, message)]);

    private static string TextOf(long number) => number.ToString(CultureInfo.InvariantCulture);
}
