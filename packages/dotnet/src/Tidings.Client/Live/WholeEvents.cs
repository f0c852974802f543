using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>
/// Fetches the whole of events that were too large for a socket, and came with <c>dataref</c> in place of their data.
/// </summary>
/// <param name="apiUrl">Only what lies on its origin is fetched: the token is nobody else's business.</param>
/// <param name="http">To ask with.</param>
/// <param name="tokens">The socket's.</param>
/// <param name="surroundings">Time.</param>
/// <param name="report">Told of what fails.</param>
internal sealed class WholeEvents(
    string apiUrl,
    HttpClient http,
    LastToken tokens,
    DeliverySurroundings surroundings,
    Action<DeliveryException> report)
{
    /// <summary>More than the largest event. Source: the hub's limit is 240 KiB, without what it adds.</summary>
    private const int MostBytes = 1024 * 1024;

    private readonly string _origin = OriginOf(new Uri(apiUrl));

    /// <summary>Whether the event lacks its data, and we may fetch it.</summary>
    public bool IsNeeded(RecordedEvent recorded) =>
        recorded.Data.ValueKind == JsonValueKind.Undefined
        && Uri.TryCreate(recorded.DataRef, UriKind.Absolute, out var url)
        && string.Equals(OriginOf(url), _origin, StringComparison.Ordinal);

    /// <summary>
    /// The event with its data. What may pass is tried again with back-off, for ever. Returns the event as it came if there
    /// is no whole of it for us; null once the client ends.
    /// </summary>
    public async Task<RecordedEvent?> FetchAsync(RecordedEvent recorded)
    {
        var backoff = surroundings.CreateBackoff();
        var status = HttpStatusCode.OK;
        while (!surroundings.Ended.IsCancellationRequested)
        {
            Exception? cause = null;
            var isRefused = status == HttpStatusCode.Unauthorized;
            try
            {
                (status, var whole) = await TimedCall.RunAsync(
                    stop => AskAsync(recorded, isRefused, stop),
                    surroundings.Timing.Attempt,
                    surroundings.Time,
                    surroundings.Ended).ConfigureAwait(false);
                if (whole is not null)
                {
                    return whole;
                }
            }
            catch (OperationCanceledException) when (surroundings.Ended.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception thrown)
            {
                (status, cause) = (default, thrown);
            }

            if (status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            {
                Report(recorded, ErrorCodes.DataGone, "is there no more; it comes without data", status, cause);
                return recorded;
            }

            if (status != HttpStatusCode.Unauthorized && (int)status is >= 400 and < 500 && !IsPassing(status))
            {
                Report(recorded, ErrorCodes.DataRefused, "is not for this token; it comes without data", status, cause);
                return recorded;
            }

            Report(recorded, ErrorCodes.DataFailed, "could not be fetched; that is tried again", status, cause);
            await PauseAsync(backoff.Next()).ConfigureAwait(false);
        }

        return null;
    }

    private static string OriginOf(Uri url) => url.GetLeftPart(UriPartial.Authority);

    /// <summary>Whether another try may be answered otherwise.</summary>
    private static bool IsPassing(HttpStatusCode status) => (int)status is >= 500 or 408 or 425 or 429;

    private async Task<(HttpStatusCode Status, RecordedEvent? Whole)> AskAsync(
        RecordedEvent recorded,
        bool isRefused,
        CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(isRefused, cancellationToken).ConfigureAwait(false);
        using var request = new HttpRequestMessage(HttpMethod.Get, recorded.DataRef);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/cloudevents+json"));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return (response.StatusCode, null);
        }

        var bytes = await LimitedContent.ReadAsync(response.Content, MostBytes, cancellationToken).ConfigureAwait(false);
        using var document = JsonDocument.Parse(bytes ?? throw new FormatException($"Expected at most {MostBytes} bytes"));
        if (!EventReader.TryRead(document.RootElement, out var whole, out var problem))
        {
            throw new FormatException(problem);
        }

        return (response.StatusCode, whole with { Sequence = recorded.Sequence });
    }

    private void Report(RecordedEvent recorded, string code, string what, HttpStatusCode status, Exception? cause)
    {
        var problem = new TidingsProblem(code, $"The whole of a large event {what}")
        {
            IsRetryable = string.Equals(code, ErrorCodes.DataFailed, StringComparison.Ordinal),
            Status = status == default ? null : (int)status,
        };
        surroundings.Mailbox.Post(() => report(new DeliveryException(problem, cause) { EventId = recorded.Id }));
    }

    private async Task PauseAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, surroundings.Time, surroundings.Ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client ends: who asks next is told.
        }
    }
}
