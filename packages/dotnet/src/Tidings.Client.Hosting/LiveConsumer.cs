using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Tidings.Client;

/// <summary>Hands live events to a handler as long as the host runs.</summary>
/// <param name="scopes">Makes the scope of each event.</param>
/// <param name="create">Makes the client when the host starts.</param>
internal sealed class LiveConsumer<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
    IServiceScopeFactory scopes,
    Func<TidingsLive> create) : EventConsumer(scopes)
    where THandler : class, IEventHandler
{
    private TidingsLive? _live;

    /// <summary>Makes the client first: a host does not start with options that cannot be used.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _live = create();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var live = _live!;
        await using (live.ConfigureAwait(false))
        {
            // The handler under way may end: what it ends well counts, although the loop is told to stop.
            await live.RunAsync((recorded, _) => HandleAsync<THandler>(recorded, Hurry), stoppingToken).ConfigureAwait(false);
        }
    }
}
