using System.Net;
using System.Text;
using System.Text.Json;

namespace Tidings.Client.Tests;

/// <summary>The HTTP API of one durable subscription, with the log and the cursor behind it.</summary>
internal sealed class FakeSubscriptionApi : HttpMessageHandler
{
    public const string Url = "https://api.example";
    private readonly Lock _lock = new();
    private readonly List<(string Method, string Path, string Token, string Body)> _calls = [];
    private long _silences;

    public string Epoch { get; set; } = "e1";

    public long Head { get; set; }

    /// <summary>The first event that is left.</summary>
    public long Oldest { get; set; } = 1;

    /// <summary>Where the subscription stands; null if there is none.</summary>
    public Cursor? Subscription { get; set; } = new("e1", 0);

    public bool IsPaused { get; set; }

    /// <summary>Those that are for others.</summary>
    public HashSet<long> Foreign { get; } = [];

    /// <summary>What to answer instead, by method, path and token: a status with a problem, a throw, or null not to.</summary>
    public Func<string, string, string, (int Status, string Code, string? RetryAfter)?>? Refuses { get; set; }

    /// <summary>Requests that are not answered.</summary>
    public Func<string, bool> IsSilentAt { get; set; } = _ => false;

    public bool IsSilent => Interlocked.Read(ref _silences) > 0;

    public IReadOnlyList<(string Method, string Path, string Token, string Body)> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    public IEnumerable<string> Paths => Calls.Select(call => $"{call.Method} {call.Path}");

    public int Pulls => Calls.Count(call => call.Path.Contains("/events", StringComparison.Ordinal));

    public IReadOnlyList<long> Acknowledged =>
    [
        .. Calls.Where(call => call.Path.EndsWith("/ack", StringComparison.Ordinal))
            .Select(call => JsonDocument.Parse(call.Body).RootElement.GetProperty("sequence").GetInt64()),
    ];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (method, path) = (request.Method.Method, request.RequestUri!.AbsoluteUri.Replace(Url, "", StringComparison.Ordinal));
        var token = request.Headers.Authorization?.Parameter ?? "";
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        if (IsSilentAt(path))
        {
            Interlocked.Increment(ref _silences);
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                Interlocked.Decrement(ref _silences);
            }
        }

        lock (_lock)
        {
            _calls.Add((method, path, token, body));
            if (Refuses?.Invoke(method, path, token) is { } refusal)
            {
                var refused = Answer(refusal.Status, $$"""{"status":{{refusal.Status}},"code":"{{refusal.Code}}","detail":"as told"}""");
                refused.Headers.TryAddWithoutValidation("Retry-After", refusal.RetryAfter);
                return refused;
            }

            return Serve(method, path, body);
        }
    }

    private static HttpResponseMessage Answer(int status, string text) =>
        new((HttpStatusCode)status) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Problem(int status, string code, string more = "") =>
        Answer(status, $$"""{"status":{{status}},"code":"{{code}}","detail":"as told"{{more}}}""");

    private static string Text(Cursor cursor) => $$"""{"epoch":"{{cursor.Epoch}}","sequence":{{cursor.Sequence}} }""";

    private HttpResponseMessage Serve(string method, string path, string body)
    {
        if (path == "/subscriptions")
        {
            var start = JsonDocument.Parse(body).RootElement.TryGetProperty("cursor", out _) ? 0 : Head;
            Subscription = new Cursor(Epoch, start);
            return Answer(201, """{"name":"billing"}""");
        }

        if (Subscription is not { } cursor)
        {
            return Problem(404, HubCodes.SubscriptionNotFound);
        }

        if (method == "GET" && !path.Contains("/events", StringComparison.Ordinal))
        {
            return Answer(200, """{"name":"billing"}""");
        }

        if (IsPaused)
        {
            return Problem(409, HubCodes.SubscriptionPaused);
        }

        return method == "POST" ? Acknowledge(cursor, body) : Pull(cursor, long.Parse(path.Split("limit=")[1], null));
    }

    private HttpResponseMessage Acknowledge(Cursor cursor, string body)
    {
        var place = JsonDocument.Parse(body).RootElement;
        var (epoch, sequence) = (place.GetProperty("epoch").GetString()!, place.GetProperty("sequence").GetInt64());
        if (epoch != Epoch)
        {
            return Problem(409, HubCodes.EpochMismatch);
        }

        if (sequence > Head)
        {
            return Problem(409, HubCodes.AckBeyondHead);
        }

        Subscription = new Cursor(epoch, epoch == cursor.Epoch ? Math.Max(sequence, cursor.Sequence) : sequence);
        return Answer(200, $$"""{"cursor":{{Text(Subscription)}} }""");
    }

    private HttpResponseMessage Pull(Cursor cursor, long limit)
    {
        var isBeginning = cursor is { Epoch: "", Sequence: 0 };
        var reason = cursor.Epoch != Epoch && !isBeginning ? "epoch" : cursor.Sequence < Oldest - 1 ? "retention" : null;
        if (reason is not null)
        {
            var more = $",\"reason\":\"{reason}\",\"epoch\":\"{Epoch}\",\"oldest\":{Oldest},\"head\":{Head}";
            return Problem(410, HubCodes.HistoryCut, more);
        }

        var wanted = RecordedEvents.Numbers(cursor.Sequence + 1, Head).Where(number => !Foreign.Contains(number)).ToList();
        var given = wanted.Take((int)limit).ToList();
        var through = wanted.Count > given.Count ? given[^1] : Head;
        var events = string.Join(",", given.Select(number => RecordedEvents.Json(number)));
        return Answer(
            200,
            $$"""{"cursor":{{Text(cursor)}},"epoch":"{{Epoch}}","events":[{{events}}],"through":{{through}},"head":{{Head}} }""");
    }
}
