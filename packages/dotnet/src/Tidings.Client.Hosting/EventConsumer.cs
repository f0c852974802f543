using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tidings.Client;

/// <summary>Receives events as long as the host runs, and hands each to a handler of its own scope.</summary>
internal abstract class EventConsumer(IServiceScopeFactory scopes) : BackgroundService
{
    private readonly CancellationTokenSource _hurry = new();

    /// <summary>The host waits no longer.</summary>
    protected CancellationToken Hurry => _hurry.Token;

    /// <summary>Takes no more events, and lets the handlers end that run; the host says for how long.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using (cancellationToken.Register(static source => ((CancellationTokenSource)source!).Cancel(), _hurry))
        {
            await base.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override void Dispose()
    {
        _hurry.Dispose();
        base.Dispose();
    }

    protected async Task HandleAsync<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(
        RecordedEvent recordedEvent,
        CancellationToken cancellationToken)
        where THandler : class, IEventHandler
    {
        var scope = scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            var handler = scope.ServiceProvider.GetRequiredService<THandler>();
            await handler.HandleAsync(recordedEvent, cancellationToken).ConfigureAwait(false);
        }
    }
}
