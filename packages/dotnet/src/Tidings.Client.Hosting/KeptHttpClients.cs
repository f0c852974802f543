namespace Tidings.Client;

/// <summary>The HTTP clients of this package, which live as long as the process.</summary>
internal sealed class KeptHttpClients(IHttpMessageHandlerFactory handlers) : IDisposable
{
    public HttpClient Hub { get; } = Make(handlers, TidingsHttpClients.Hub);

    public HttpClient Issuer { get; } = Make(handlers, TidingsHttpClients.Issuer);

    public void Dispose()
    {
        Hub.Dispose();
        Issuer.Dispose();
    }

    private static HttpClient Make(IHttpMessageHandlerFactory handlers, string name)
    {
        // Times are limited by who asks, each try by its own.
#pragma warning disable CA2000 // The client disposes of it.
        return new HttpClient(new RotatingHandler(handlers, name)) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore CA2000
    }

    /// <summary>Takes the factory's handler of the moment for each request, so that addresses are looked up anew.</summary>
    private sealed class RotatingHandler(IHttpMessageHandlerFactory handlers, string name) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken)
        {
            using var invoker = new HttpMessageInvoker(handlers.CreateHandler(name), disposeHandler: false);
            return await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }
}
