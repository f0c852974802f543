using System.Net;
using System.Text;
using Amazon.Runtime;

namespace Tidings.Client.Tests.EventBridge;

/// <summary>A request that was sent.</summary>
internal sealed record Sent(string Uri, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Header(string name) => Headers[name];

    public override string ToString() => $"{Uri} {string.Join(' ', Headers)} {Body}";
}

/// <summary>What is below the AWS SDK: it answers every request with the same, and keeps what it was sent.</summary>
internal sealed class Wire : HttpClientFactory, IDisposable
{
    private readonly Handler _handler;
    private readonly HttpClient _http;

    public Wire(HttpStatusCode status, string answer, Uri? location = null)
    {
        _handler = new Handler(status, answer, location);
        _http = new HttpClient(_handler);
    }

    public IReadOnlyList<Sent> Requests => _handler.Requests;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _http;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private sealed class Handler(HttpStatusCode status, string answer, Uri? location) : HttpMessageHandler
    {
        public List<Sent> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken)
        {
            var headers = request.Headers.Concat(request.Content!.Headers)
                .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
            var body = await request.Content.ReadAsStringAsync(cancellationToken);
            Requests.Add(new Sent(request.RequestUri!.ToString(), headers, body));
            return new HttpResponseMessage(status)
            {
                Content = new StringContent(answer, Encoding.UTF8, "application/x-amz-json-1.1"),
                Headers = { Location = location },
            };
        }
    }
}
