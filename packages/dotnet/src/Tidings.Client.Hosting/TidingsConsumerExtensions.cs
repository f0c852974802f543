using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Tidings.Client;

/// <summary>Consumers of events among the hosted services of a process.</summary>
public static class TidingsConsumerExtensions
{
    /// <summary>
    /// Hands live events to a handler as long as the host runs, one at a time. What the handler throws is logged, and its
    /// event counts as dealt with: whoever must not lose one takes a durable subscription. If the hub refuses for good, the
    /// host is stopped, unless <c>HostOptions.BackgroundServiceExceptionBehavior</c> says otherwise.
    /// </summary>
    /// <typeparam name="THandler">What is done with an event; added as a scoped service unless it is there already.</typeparam>
    /// <param name="services">The services of the process, with <c>AddTidings</c>.</param>
    /// <param name="configure">
    /// What is wanted: gets the options with the addresses of the hub, and gives others. Without a cursor store, a process
    /// begins with what comes from its start on.
    /// </param>
    public static IServiceCollection AddTidingsLive<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IServiceCollection services,
        Func<TidingsLiveOptions, TidingsLiveOptions>? configure = null)
        where THandler : class, IEventHandler
    {
        services.Configure<TidingsOptions>(static options => options.NeedsSocket = true);
        services.TryAddScoped<THandler>();
        return services.AddSingleton<IHostedService>(provider => new LiveConsumer<THandler>(
            provider.GetRequiredService<IServiceScopeFactory>(),
            () => provider.GetRequiredService<ITidingsClients>().CreateLive(configure)));
    }

    /// <summary>
    /// Hands the events of a durable subscription to a handler as long as the host runs. An event is acknowledged when the
    /// handler has returned, and comes again if it throws. If the hub refuses for good, the host is stopped, unless
    /// <c>HostOptions.BackgroundServiceExceptionBehavior</c> says otherwise.
    /// </summary>
    /// <typeparam name="THandler">What is done with an event; added as a scoped service unless it is there already.</typeparam>
    /// <param name="services">The services of the process, with <c>AddTidings</c>.</param>
    /// <param name="name">The subscription's name.</param>
    /// <param name="configure">How it is consumed: gets the options with hub and name, and gives others.</param>
    public static IServiceCollection AddTidingsSubscription<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        this IServiceCollection services,
        string name,
        Func<TidingsSubscriptionOptions, TidingsSubscriptionOptions>? configure = null)
        where THandler : class, IEventHandler
    {
        services.TryAddScoped<THandler>();
        return services.AddSingleton<IHostedService>(provider => new SubscriptionConsumer<THandler>(
            provider.GetRequiredService<IServiceScopeFactory>(),
            () => provider.GetRequiredService<ITidingsClients>().CreateSubscription(name, configure)));
    }
}
