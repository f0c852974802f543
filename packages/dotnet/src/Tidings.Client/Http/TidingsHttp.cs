namespace Tidings.Client;

/// <summary>
/// HTTP as this package wants it: no redirection is followed, because a token or a secret might go along, and no cookie
/// is kept. Where a <see cref="HttpClient"/> comes from a factory, give it <see cref="CreateHandler"/>.
/// </summary>
public static class TidingsHttp
{
    /// <summary>A client to be kept for as long as the program runs.</summary>
    public static HttpClient CreateClient()
    {
#pragma warning disable CA2000 // The client disposes of it.
        return new(CreateHandler(), disposeHandler: true);
#pragma warning restore CA2000
    }

#if NET
    /// <summary>What sends the requests of a client.</summary>
    public static HttpMessageHandler CreateHandler() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,

        // So that a change of the DNS is seen, however long the program runs.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
#else
    /// <summary>What sends the requests of a client.</summary>
    public static HttpMessageHandler CreateHandler() =>
        new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
#endif
}
