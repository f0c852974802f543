using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Tidings.Client;

/// <summary>
/// The names of the HTTP clients that requests are sent with: <c>services.AddHttpClient(TidingsHttpClients.Hub)</c> adds
/// handlers to one, such as for a proxy. Redirections must stay switched off, because they would carry tokens elsewhere.
/// </summary>
public static class TidingsHttpClients
{
    /// <summary>For requests to the hub.</summary>
    public const string Hub = "Tidings.Hub";

    /// <summary>For requests to the issuer of tokens.</summary>
    public const string Issuer = "Tidings.Issuer";

    internal static void Add(IServiceCollection services)
    {
        foreach (var name in (string[])[Hub, Issuer])
        {
            services.AddHttpClient(name)
                .ConfigurePrimaryHttpMessageHandler(TidingsHttp.CreateHandler)
                .RedactLoggedHeaders(static _ => true);
        }

        services.TryAddSingleton<KeptHttpClients>();
    }
}
