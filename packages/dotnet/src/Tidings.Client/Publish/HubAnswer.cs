using System.Text.Json;

namespace Tidings.Client;

/// <summary>An answer of the HTTP API, or of whatever stands before it.</summary>
internal sealed record HubAnswer(int Status, byte[] Body, TimeSpan? RetryAfter)
{
    /// <summary>Who answers more says nothing of events. A function's response has at most 6 MiB.</summary>
    private const int MostBytes = 8 * 1024 * 1024;

    /// <summary>Where a redirection leads, if the HTTP client follows it.</summary>
    private string? OtherHost { get; init; }

    /// <summary>No answer: the HTTP client was kept from sending events to another host.</summary>
    public static HubAnswer Elsewhere(string host) => new(0, [], RetryAfter: null) { OtherHost = host };

    /// <param name="response">What came.</param>
    /// <param name="asked">Where the request was sent.</param>
    /// <param name="token">What it was sent with, and the answer is not to show.</param>
    /// <param name="now">For what is asked to wait until a time.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<HubAnswer> OfAsync(
        HttpResponseMessage response,
        Uri asked,
        string token,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (response.RequestMessage?.RequestUri is { } answered && answered != asked)
        {
            return new HubAnswer(status, [], RetryAfter: null) { OtherHost = answered.Host };
        }

        var body = await LimitedContent.ReadAsync(response.Content, MostBytes, cancellationToken).ConfigureAwait(false);
        return new HubAnswer(status, TokenText.HideIn(body ?? [], token), Client.RetryAfter.Of(response, now));
    }

    /// <summary>What it says of each event that was sent.</summary>
    public IReadOnlyList<Verdict> Read(IReadOnlyList<PreparedEvent> sent)
    {
        if (OtherHost is not null)
        {
            return All(sent, Redirected(OtherHost));
        }

        var body = HubJson.TryParse(Body) is { ValueKind: JsonValueKind.Object } found ? found : default(JsonElement?);
        return body is { } report && ReadEach(report, sent) is { } verdicts
            ? verdicts
            : All(sent, ReadWhole(body, sent.Count));
    }

    private static IReadOnlyList<Verdict> All(IReadOnlyList<PreparedEvent> sent, Verdict verdict) =>
        [.. sent.Select(_ => verdict)];

    /// <summary>Verdicts, if it accounts for every event: by position where it refuses, by id and type where it accepts.</summary>
    private Verdict[]? ReadEach(JsonElement report, IReadOnlyList<PreparedEvent> sent)
    {
        if (!report.TryGetProperty("accepted", out var accepted) || accepted.ValueKind != JsonValueKind.Array
            || !report.TryGetProperty("rejected", out var rejected) || rejected.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var verdicts = new Verdict?[sent.Count];
        foreach (var entry in rejected.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Object
                || !entry.TryGetProperty("index", out var position)
                || position.ValueKind != JsonValueKind.Number
                || !position.TryGetInt32(out var index)
                || index < 0 || index >= sent.Count || verdicts[index] is not null
                || ProblemDocument.Of(entry) is not { Code: { } code } document)
            {
                return null;
            }

            verdicts[index] = VerdictOf(code, document, StatusIn(entry));
        }

        var confirmed = new Dictionary<(string? Id, string? Type), int>();
        foreach (var entry in accepted.EnumerateArray())
        {
            var key = (HubJson.TextIn(entry, "id"), HubJson.TextIn(entry, "type"));
            confirmed[key] = confirmed.TryGetValue(key, out var times) ? times + 1 : 1;
        }

        for (var i = 0; i < verdicts.Length; i += 1)
        {
            if (verdicts[i] is not null)
            {
                continue;
            }

            var key = (sent[i].Id, sent[i].Type);
            if (!confirmed.TryGetValue(key, out var times) || times == 0)
            {
                return null;
            }

            confirmed[key] = times - 1;
            verdicts[i] = Verdict.Taken;
        }

        return confirmed.Values.All(left => left == 0) ? Array.ConvertAll(verdicts, verdict => verdict!) : null;
    }

    /// <summary>What it says if it knows nothing of single events.</summary>
    private Verdict ReadWhole(JsonElement? body, int count)
    {
        var document = ProblemDocument.Of(body);
        if (Status is >= 200 and < 300)
        {
            var text = $"Expected an answer that tells of every event, found another with status {Status}";
            var unclear = new PublishProblem(ErrorCodes.AnswerInvalid, text)
            {
                Status = Status,
                Outcome = PublishOutcome.Unknown,
                IsRetryable = true,
            };
            return new Verdict.Again(unclear, ConcernsAll: true);
        }

        var problem = new PublishProblem(
            document.Code ?? ErrorCodes.RequestRefused,
            Status < 400 ? "Expected an answer, found a redirection elsewhere" : document.Detail ?? $"The hub answered {Status}")
        {
            Status = Status,
            Errors = document.Errors,
        };
        if (Status is 408 or 429 or >= 500)
        {
            return new Verdict.Again(
                problem with
                {
                    Code = document.Code ?? (Status == 429 ? HubCodes.RateLimited : ErrorCodes.HubUnavailable),
                    Outcome = Status == 429 ? PublishOutcome.NotAccepted : PublishOutcome.Unknown,
                    IsRetryable = true,
                },
                RetryAfter);
        }

        // One event may be why all are refused. A refusal of who is calling, or of where, has nothing to do with events.
        return count > 1 && Status is 400 or 413 or 422
            ? new Verdict.Apart(ByModule: false)
            : new Verdict.Refused(problem, ConcernsAll: Status is < 400 or 401 or 404 or 405 or 410);
    }

    private Verdict VerdictOf(string code, ProblemDocument document, int? status)
    {
        var problem = new PublishProblem(code, document.Detail ?? code) { Errors = document.Errors, Status = status };
        var isTemporary = status is 429 or >= 500
            || code is HubCodes.BusUnavailable or HubCodes.IssuerUnavailable or HubCodes.InternalError or HubCodes.RateLimited;
        if (!isTemporary)
        {
            return new Verdict.Refused(problem);
        }

        // The hub, too, may have lost the answer of the bus.
        var isRefused = code is HubCodes.RateLimited || status == 429;
        return new Verdict.Again(
            problem with
            {
                Outcome = isRefused ? PublishOutcome.NotAccepted : PublishOutcome.Unknown,
                IsRetryable = true,
            },
            RetryAfter);
    }

    private Verdict.Refused Redirected(string host) => new(
        new PublishProblem(ErrorCodes.RequestRefused, $"Expected an answer of the hub, found a redirection to {host}")
        {
            Status = Status == 0 ? null : Status,
            Outcome = Status == 0 ? PublishOutcome.NotAccepted : PublishOutcome.Unknown,
            Advice = "Correct \"ApiUrl\", and use a HttpClient that follows no redirections, such as that of TidingsHttp",
        },
        ConcernsAll: true);

    private static int? StatusIn(JsonElement entry) =>
        entry.TryGetProperty("status", out var status)
        && status.ValueKind == JsonValueKind.Number
        && status.TryGetInt32(out var value)
            ? value
            : null;
}
