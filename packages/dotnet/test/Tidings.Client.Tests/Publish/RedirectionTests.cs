using System.Net;
using System.Net.Sockets;

namespace Tidings.Client.Tests.Publish;

/// <summary>A server that sends everybody elsewhere, and the framework's own HTTP client.</summary>
public sealed class RedirectionTests : PublishTest
{
    private readonly HttpListener _server = new();
    private readonly List<string> _seen = [];
    private readonly string _url;
    private readonly Task _serving;

    public RedirectionTests()
    {
        using (var port = new TcpListener(IPAddress.Loopback, 0))
        {
            port.Start();
            _url = $"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}";
        }

        _server.Prefixes.Add($"{_url}/");
        _server.Start();
        _serving = ServeAsync();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Takes_no_token_no_secret_and_no_event_along_even_by_a_client_that_follows_it(int status)
    {
        using var http = new HttpClient();
        var url = $"{_url}/{status}";
        var client = new TidingsApiClient(http, new TidingsApiOptions { ApiUrl = url }, new FakeTokens());
        var refused = await Assert.ThrowsAsync<PublishException>(() => client.PublishAsync(BankEvent()));
        Watch.See(refused);
        Assert.Equal(ErrorCodes.RequestRefused, refused.Code);

        var credentials = new ClientCredentials
        {
            ClientId = "billing",
            ClientSecret = SecretWatch.Secret,
            TokenUrl = url,
            Authentication = ClientAuthentication.Post,
        };
        var failed = await Assert.ThrowsAsync<TokenException>(async () =>
            await new ClientCredentialsTokenSource(http, credentials)
                .GetTokenAsync(new TokenRequest(TokenReason.Connect, []), CancellationToken.None));
        Watch.See(failed);
        Assert.Equal((ErrorCodes.TokenFailed, false), (failed.Code, failed.IsRetryable));
        Assert.Contains(nameof(TidingsHttp), failed.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(
            _seen, request => request.StartsWith("/elsewhere", StringComparison.Ordinal)
                && (request.Contains(SecretWatch.Secret, StringComparison.Ordinal) || request.Contains("token", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Is_followed_by_the_own_client_never()
    {
        using var http = TidingsHttp.CreateClient();
        var client = new TidingsApiClient(http, new TidingsApiOptions { ApiUrl = $"{_url}/307" }, new FakeTokens());
        var refused = await Assert.ThrowsAsync<PublishException>(() => client.PublishAsync(BankEvent()));
        Assert.Equal((ErrorCodes.RequestRefused, 307), (refused.Code, refused.Status));
        Assert.Single(_seen);
    }

    protected override void Dispose(bool disposing)
    {
        _server.Close();
        base.Dispose(disposing);
    }

    private async Task ServeAsync()
    {
        while (_server.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _server.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new StreamReader(context.Request.InputStream);
            try
            {
                _seen.Add($"{context.Request.RawUrl} {context.Request.Headers["Authorization"]} {await body.ReadToEndAsync()}");
            }
            catch (Exception exception) when (exception is HttpListenerException or IOException)
            {
                // A request that was given up half way.
                continue;
            }

            var status = context.Request.Url!.Segments[1].TrimEnd('/');
            if (int.TryParse(status, System.Globalization.CultureInfo.InvariantCulture, out var code))
            {
                context.Response.StatusCode = code;
                context.Response.RedirectLocation = $"{_url}/elsewhere";
            }

            context.Response.Close();
        }
    }
}
