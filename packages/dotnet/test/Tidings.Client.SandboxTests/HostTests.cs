using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tidings.Client.SandboxTests.Support;

namespace Tidings.Client.SandboxTests;

[Collection(nameof(Hub))]
public sealed class HostTests(Hub hub)
{
    [Fact]
    public async Task A_host_publishes_and_hands_live_events_to_a_scoped_handler()
    {
        var tenant = Hub.NewTenant("host");
        var inbox = new Inbox();
        using var host = HostFor(tenant, inbox, services => services.AddTidingsLive<Handler>(live => live with
        {
            Filter = new EventFilter { Types = ["bank.*"] },
            Start = StartFrom.Oldest,
        }));
        await host.StartAsync();
        var johns = Persons.NewJohns(tenant, 3);

        (await host.Services.GetRequiredService<ITidingsPublisher>().PublishAsync(johns)).EnsureAccepted();
        await inbox.HasAsync(johns.Count);
        await host.StopAsync();

        Assert.Equal(johns.Select(john => john.Id).Order(), inbox.Events.Select(one => one.Id).Order());
        Assert.Equal(johns.Count, inbox.Scopes);
    }

    [Fact]
    public async Task A_host_that_stops_lets_the_handler_end_that_is_at_work()
    {
        var tenant = Hub.NewTenant("stop");
        var inbox = new Inbox { Hold = new TaskCompletionSource() };
        using var host = HostFor(tenant, inbox, services => services.AddTidingsLive<Handler>(live => live with
        {
            Start = StartFrom.Oldest,
        }));
        await host.StartAsync();
        await host.Services.GetRequiredService<ITidingsPublisher>().PublishAsync(Persons.NewJohn(tenant));
        await inbox.Begun.WaitAsync(Hub.Patience);

        var stopping = host.StopAsync();
        Assert.Empty(inbox.Events);
        inbox.Hold.SetResult();
        await stopping.WaitAsync(Hub.Patience);

        Assert.Single(inbox.Events);
    }

    [Fact]
    public async Task A_host_consumes_a_durable_subscription_and_what_a_handler_threw_at_comes_again()
    {
        var tenant = Hub.NewTenant("durable");
        var johns = Persons.NewJohns(tenant, 3);
        var inbox = new Inbox { FailsOnce = johns[1].Id };
        using (var host = HostWithSubscription(tenant, inbox))
        {
            await host.StartAsync();
            (await host.Services.GetRequiredService<ITidingsPublisher>().PublishAsync(johns)).EnsureAccepted();
            await inbox.HasAsync(johns.Count);
            await host.StopAsync();
        }

        Assert.Equal(johns.Select(john => john.Id), inbox.Events.Select(one => one.Id));

        // All of it was acknowledged: another life begins after it.
        var next = new Inbox();
        using var again = HostWithSubscription(tenant, next);
        await again.StartAsync();
        var late = Persons.NewJohn(tenant);
        await again.Services.GetRequiredService<ITidingsPublisher>().PublishAsync(late);
        await next.HasAsync(1);
        await again.StopAsync();

        Assert.Equal(late.Id, Assert.Single(next.Events).Id);
    }

    private IHost HostWithSubscription(string tenant, Inbox inbox) => HostFor(
        tenant,
        inbox,
        services => services.AddTidingsSubscription<Handler>("billing", subscription => subscription with
        {
            Create = new SubscriptionCreation { Start = StartFrom.Oldest },
        }));

    private IHost HostFor(string tenant, Inbox inbox, Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services
            .AddScoped(_ => new Handler(inbox))
            .AddSingleton<ITokenSource>(hub.Tokens(tenant))
            .AddTidings(options =>
            {
                options.ApiUrl = hub.Target.ApiUrl;
                options.SocketUrl = hub.Target.SocketUrl;
            });
        add(builder.Services);
        return builder.Build();
    }

    /// <summary>What the handlers of a test have seen.</summary>
    private sealed class Inbox
    {
        private readonly Channel<string> _arrived = Channel.CreateUnbounded<string>();
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _scopes;

        public ConcurrentQueue<RecordedEvent> Events { get; } = [];

        public TaskCompletionSource? Hold { get; init; }

        /// <summary>The id of an event that its handler throws at when it comes first.</summary>
        public string? FailsOnce { get; set; }

        public Task Begun => _begun.Task;

        public int Scopes => _scopes;

        public void CountScope() => Interlocked.Increment(ref _scopes);

        public async Task TakeAsync(RecordedEvent recorded)
        {
            _begun.TrySetResult();
            await (Hold?.Task ?? Task.CompletedTask);
            if (recorded.Id == FailsOnce)
            {
                FailsOnce = null;
                throw new InvalidOperationException("Not this time");
            }

            Events.Enqueue(recorded);
            await _arrived.Writer.WriteAsync(recorded.Id);
        }

        public async Task HasAsync(int count)
        {
            for (var i = 0; i < count; i += 1)
            {
                await _arrived.Reader.ReadAsync().AsTask().WaitAsync(Hub.Patience);
            }
        }
    }

    private sealed class Handler : IEventHandler
    {
        private readonly Inbox _inbox;

        public Handler(Inbox inbox)
        {
            _inbox = inbox;
            inbox.CountScope();
        }

        public Task HandleAsync(RecordedEvent recordedEvent, CancellationToken cancellationToken) => _inbox.TakeAsync(recordedEvent);
    }
}
