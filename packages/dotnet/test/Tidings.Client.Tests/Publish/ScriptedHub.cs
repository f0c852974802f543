using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tidings.Client.Tests.Publish;

/// <summary>A request as the hub has seen it.</summary>
internal sealed record SeenRequest(Uri Url, HttpRequestHeaders Headers, string? ContentType, string Body, TimeSpan At)
{
    public IReadOnlyList<JsonElement> Events { get; } = Read(Body);

    public IReadOnlyList<string> Ids => [.. Events.Select(each => each.GetProperty("id").GetString()!)];

    private static IReadOnlyList<JsonElement> Read(string body)
    {
        var content = JsonDocument.Parse(body).RootElement;
        return content.ValueKind == JsonValueKind.Array ? [.. content.EnumerateArray()] : [content];
    }
}

/// <summary>What the hub does with a request. A throw is a network that fails; null an answer that does not come.</summary>
internal delegate HttpResponseMessage? Reaction(SeenRequest request);

/// <summary>A hub that reacts as its script says, and accepts everything when that is over.</summary>
internal sealed class ScriptedHub(TimeProvider time, params Reaction[] script) : HttpMessageHandler
{
    private readonly DateTimeOffset _begun = time.GetUtcNow();
    private readonly Queue<Reaction> _script = new(script);

    public List<SeenRequest> Requests { get; } = [];

    /// <summary>Ids of the events of each request.</summary>
    public IReadOnlyList<string> Ids => [.. Requests.Select(request => string.Join(' ', request.Ids))];

    public static Reaction Down { get; } = _ =>
        throw new HttpRequestException("An error occurred", new System.Net.Sockets.SocketException(111));

    public static Reaction Busy { get; } = _ => Problem(503, "BUS_UNAVAILABLE");

    public static Reaction Never { get; } = _ => null;

    public static HttpResponseMessage Answer(int status, string body, string? retryAfter = null)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (retryAfter is not null)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        return response;
    }

    public static HttpResponseMessage Problem(int status, string code, string? retryAfter = null) => Answer(
        status,
        $$"""{"type":"about:blank","title":"No","status":{{status}},"code":"{{code}}","detail":"because of {{code}}"}""",
        retryAfter);

    /// <summary>What a hub answers that accepts all but some, which it names by their position.</summary>
    public static HttpResponseMessage Accept(SeenRequest request, params (int Index, int Status, string Code)[] refused)
    {
        var accepted = new JsonArray();
        foreach (var (seen, index) in request.Events.Select((seen, index) => (seen, index)))
        {
            if (!refused.Any(each => each.Index == index))
            {
                accepted.Add(new JsonObject { ["id"] = seen.GetProperty("id").GetString(), ["type"] = seen.GetProperty("type").GetString() });
            }
        }

        var rejected = new JsonArray([.. refused.Select(each => new JsonObject
        {
            ["index"] = each.Index,
            ["id"] = request.Ids[each.Index],
            ["status"] = each.Status,
            ["code"] = each.Code,
            ["detail"] = $"because of {each.Code}",
            ["errors"] = new JsonArray(new JsonObject { ["path"] = "/data/age", ["message"] = "expected a number" }),
        })]);
        var body = new JsonObject { ["accepted"] = accepted, ["rejected"] = rejected };
        return Answer(accepted.Count > 0 ? 202 : 422, body.ToJsonString());
    }

    public static Reaction RefusingAt(string code, int status, params int[] positions) =>
        request => Accept(request, [.. positions.Select(position => (position, status, code))]);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        var contentType = request.Content.Headers.ContentType?.ToString();
        var seen = new SeenRequest(request.RequestUri!, request.Headers, contentType, body, time.GetUtcNow() - _begun);
        Requests.Add(seen);
        var react = _script.Count > 0 ? _script.Dequeue() : each => Accept(each);
        if (react(seen) is not { } response)
        {
            var never = new TaskCompletionSource<HttpResponseMessage>();
            using (cancellationToken.Register(() => never.TrySetCanceled(cancellationToken)))
            {
                return await never.Task;
            }
        }

        response.RequestMessage ??= request;
        return response;
    }
}
