using System.Net;
using System.Text;
using System.Web;

namespace Tidings.Client.Tests.Tokens;

/// <summary>A form as the issuer has got it.</summary>
internal sealed record SeenForm(IReadOnlyDictionary<string, string> Fields, string? Authorization, Uri Url, string Raw);

/// <summary>An issuer that answers as its script says, and gives tokens when that is over. It describes itself.</summary>
internal sealed class ScriptedIssuer : HttpMessageHandler
{
    public const string Url = "https://id.example/realm";

    private readonly Queue<Func<SeenForm, HttpResponseMessage>> _script = new();

    public IList<SeenForm> Seen { get; } = [];

    public IList<Uri> Discoveries { get; } = [];

    /// <summary>What it says of itself, by address; 404 for all others.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal)
    {
        [$"{Url}/.well-known/openid-configuration"] = $$"""{"issuer":"{{Url}}","token_endpoint":"{{Url}}/token"}""",
    };

    /// <summary>Gives the answer to a request that is no form.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage>? Describe { get; set; }

    public void Answer(params Func<SeenForm, HttpResponseMessage>[] script)
    {
        foreach (var step in script)
        {
            _script.Enqueue(step);
        }
    }

    public static HttpResponseMessage Json(int status, string body) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public static Func<SeenForm, HttpResponseMessage> Refusal(int status, string error, string? description = null) => _ =>
        Json(status, $$"""{"error":"{{error}}","error_description":"{{HttpUtility.JavaScriptStringEncode(description)}}"}""");

    public static Func<SeenForm, HttpResponseMessage> Grant(string token, string? rest = null) =>
        _ => Json(200, $$"""{"access_token":"{{token}}","token_type":"bearer"{{rest ?? ",\"expires_in\":3600"}}}""");

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        if (request.Content is null)
        {
            Discoveries.Add(request.RequestUri!);
            response = Describe?.Invoke(request) ?? (Metadata.TryGetValue(request.RequestUri!.AbsoluteUri, out var metadata)
                ? Json(200, metadata)
                : Json(404, "{}"));
        }
        else
        {
            var raw = await request.Content.ReadAsStringAsync(cancellationToken);
            var fields = HttpUtility.ParseQueryString(raw);
            var form = new SeenForm(
                fields.AllKeys.ToDictionary(key => key!, key => fields[key]!, StringComparer.Ordinal),
                request.Headers.Authorization?.ToString(),
                request.RequestUri!,
                raw);
            Seen.Add(form);
            response = _script.Count > 0
                ? _script.Dequeue()(form)
                : Grant($"token-{Seen.Count}-{Publish.SecretWatch.Secret}")(form);
        }

        response.RequestMessage ??= request;
        return response;
    }
}
