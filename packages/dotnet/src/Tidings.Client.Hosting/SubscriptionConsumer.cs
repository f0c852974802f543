using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Tidings.Client;

/// <summary>Hands the events of a durable subscription to a handler as long as the host runs.</summary>
/// <param name="scopes">Makes the scope of each event.</param>
/// <param name="create">Makes the consumer when the host starts.</param>
internal sealed class SubscriptionConsumer<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
    IServiceScopeFactory scopes,
    Func<TidingsSubscription> create) : EventConsumer(scopes)
    where THandler : class, IEventHandler
{
    private TidingsSubscription? _subscription;

    /// <summary>Makes the consumer first: a host does not start with options that cannot be used.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = create();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var subscription = _subscription!;
        await using (subscription.ConfigureAwait(false))
        {
            // Handlers may end what they have begun, until the host itself waits no longer.
            using var giveUp = Hurry.Register(() => _ = subscription.StopAsync(TimeSpan.Zero, CancellationToken.None));
            await subscription.RunAsync(HandleAsync<THandler>, stoppingToken).ConfigureAwait(false);
        }
    }
}
