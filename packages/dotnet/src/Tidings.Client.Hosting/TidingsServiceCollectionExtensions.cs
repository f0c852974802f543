using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tidings.Client;

/// <summary>Tidings among the services of a process.</summary>
public static class TidingsServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ITidingsPublisher"/> and what it takes. Whatever is registered before is kept: a token source of
    /// your own, a <c>TidingsBusClient</c> as the publisher, a clock.
    /// </summary>
    /// <param name="services">The services of the process.</param>
    /// <param name="configure">Says where the hub is, and who calls.</param>
    /// <remarks>
    /// The options are looked at when the host starts: an <see cref="OptionsValidationException"/> names all that is wrong.
    /// </remarks>
    public static IServiceCollection AddTidings(this IServiceCollection services, Action<TidingsOptions> configure)
    {
        services.AddOptions<TidingsOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TidingsOptions>>(new TidingsOptionsValidation(services)));
        if (services.Any(service => service.ServiceType == typeof(TidingsApiClient)))
        {
            return services;
        }

        TidingsHttpClients.Add(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(TidingsTokens.Factory);
        services.AddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<TidingsOptions>>().Value;
            return new TidingsApiClient(
                provider.GetRequiredService<KeptHttpClients>().Hub,
                new TidingsApiOptions { ApiUrl = options.ApiUrl!, Timing = options.Timing },
                provider.GetRequiredService<ITokenSource>(),
                provider.GetService<ILogger<TidingsApiClient>>(),
                provider.GetRequiredService<TimeProvider>());
        });
        services.TryAddSingleton<ITidingsPublisher>(static provider => provider.GetRequiredService<TidingsApiClient>());
        services.TryAddSingleton<ITidingsClients, TidingsClients>();
        services.TryAddSingleton(static provider => new TidingsHistory(
            provider.GetRequiredService<KeptHttpClients>().Hub,
            HubOptionsOf(provider),
            provider.GetRequiredService<ITokenSource>(),
            provider.GetService<ILogger<TidingsHistory>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new TidingsSubscriptions(
            provider.GetRequiredService<KeptHttpClients>().Hub,
            HubOptionsOf(provider),
            provider.GetRequiredService<ITokenSource>(),
            provider.GetService<ILogger<TidingsSubscriptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>Adds the same, with options out of a section of the configuration.</summary>
    /// <param name="services">The services of the process.</param>
    /// <param name="section">
    /// With <c>ApiUrl</c>, <c>SocketUrl</c> and <c>Credentials</c> (<c>ClientId</c>, <c>ClientSecret</c>, <c>Issuer</c> or
    /// <c>TokenUrl</c>, <c>Audience</c>, <c>Scopes</c>, <c>Authentication</c>, <c>Parameters</c>). What it has besides is
    /// refused by its name when the host starts.
    /// </param>
    public static IServiceCollection AddTidings(this IServiceCollection services, IConfiguration section) =>
        services.AddTidings(options => TidingsConfiguration.Read(section, options));

    private static TidingsHubOptions HubOptionsOf(IServiceProvider provider) =>
        new() { ApiUrl = provider.GetRequiredService<IOptions<TidingsOptions>>().Value.ApiUrl! };
}
