using System.Net;
using System.Text;

namespace Tidings.Client.Tests;

/// <summary>A request to the HTTP API as the hub has seen it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">What follows the API's URL.</param>
/// <param name="Token">Of the Authorization header.</param>
/// <param name="Body">The content as text; empty if it has none.</param>
/// <param name="At">How long after the beginning.</param>
internal sealed record AskedRequest(string Method, string Path, string Token, string Body, TimeSpan At);

/// <summary>A hub that reacts as its script says, the last part of it again and again.</summary>
internal sealed class ScriptedApi(ManualTimeProvider clock, params Func<AskedRequest, HttpResponseMessage?>[] script)
    : HttpMessageHandler
{
    public const string Url = "https://hub.example/v1";
    private readonly Lock _lock = new();
    private readonly List<AskedRequest> _requests = [];
    private readonly DateTimeOffset _begun = clock.GetUtcNow();
    private int _silences;

    public IReadOnlyList<AskedRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public IEnumerable<string> Paths => Requests.Select(request => $"{request.Method} {request.Path}");

    /// <summary>Whether somebody waits for an answer that never comes.</summary>
    public bool IsSilent => Volatile.Read(ref _silences) > 0;

    /// <summary>An answer that never comes.</summary>
    public static HttpResponseMessage? Never(AskedRequest request) => null;

    public static HttpResponseMessage Down(AskedRequest request) =>
        throw new HttpRequestException("Connection refused", new IOException("ECONNREFUSED"));

    public static Func<AskedRequest, HttpResponseMessage?> Answer(int status, string text = "") => _ =>
        new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    public static Func<AskedRequest, HttpResponseMessage?> Problem(int status, string code, int? retryAfter = null) => request =>
    {
        var answer = Answer(status, $$"""{"status":{{status}},"code":"{{code}}","detail":"as told"}""")(request)!;
        if (retryAfter is { } seconds)
        {
            answer.Headers.Add("Retry-After", $"{seconds}");
        }

        return answer;
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var path = request.RequestUri!.AbsoluteUri.Replace(Url, "", StringComparison.Ordinal);
        var asked = new AskedRequest(
            request.Method.Method, path, request.Headers.Authorization?.Parameter ?? "", body, clock.GetUtcNow() - _begun);
        Func<AskedRequest, HttpResponseMessage?> reaction;
        lock (_lock)
        {
            _requests.Add(asked);
            reaction = script[Math.Min(_requests.Count, script.Length) - 1];
        }

        if (reaction(asked) is { } answer)
        {
            answer.RequestMessage ??= request;
            return answer;
        }

        Interlocked.Increment(ref _silences);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _silences);
        }

        throw new InvalidOperationException("Nothing ends an endless wait but its token");
    }
}
