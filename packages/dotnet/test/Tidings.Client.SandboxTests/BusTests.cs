using System.Text.Json;
using Amazon.Runtime;
using Tidings.Client.SandboxTests.Support;

namespace Tidings.Client.SandboxTests;

[Collection(nameof(Hub))]
public sealed class BusTests(Hub hub)
{
    [Fact]
    public async Task Every_schema_example_that_is_put_on_its_bus_arrives_live_and_once()
    {
        var tenant = Hub.NewTenant("bus");
        await using var live = new TidingsLive(
            new TidingsLiveOptions { SocketUrl = hub.Target.SocketUrl, ApiUrl = hub.Target.ApiUrl, Start = StartFrom.Oldest },
            hub.Tokens(tenant, roles: "admin"));
        using var patience = new CancellationTokenSource(Hub.Patience);
        var examples = Repository.SchemaExamples;
        var events = examples
            .Select((example, i) => NewEvent.FromJson(example.Type, tenant, example.Data) with { Id = $"{tenant}-{i}" })
            .ToList();
        using var eventBridge = EventBridge();
        using var publisher = Publisher(eventBridge);

        // Twice, as after a crash: an id is recorded once.
        Assert.Equal(events.Count, (await publisher.PublishAsync(events)).EnsureAccepted().Accepted.Count);
        Assert.Empty((await publisher.PublishAsync(events)).Rejected);

        var received = new Dictionary<string, RecordedEvent>(StringComparer.Ordinal);
        await foreach (var recorded in live.ReadAllAsync(patience.Token))
        {
            Assert.True(received.TryAdd(recorded.Id, recorded), $"{recorded.Id} came twice");
            if (received.Count == events.Count)
            {
                break;
            }
        }

        Assert.All(examples.Select((example, i) => (example, Recorded: received[$"{tenant}-{i}"])), pair =>
        {
            Assert.Equal(pair.example.Type, pair.Recorded.Type);
            Assert.True(JsonElement.DeepEquals(pair.example.Data, pair.Recorded.Data));
        });
        Assert.Equal(Enumerable.Range(1, events.Count), received.Values.Select(one => (int)one.Sequence).Order());
    }

    [Fact]
    public async Task A_bus_that_is_not_there_is_refused_and_the_others_take_their_events()
    {
        var tenant = Hub.NewTenant("no-bus");
        var buses = Buses.By(module => module is "bank" ? "tidings-nowhere" : hub.Target.Buses[module]);
        using var eventBridge = EventBridge();
        using var publisher = new TidingsBusClient(new TidingsBusOptions { Buses = buses }, eventBridge);
        var community = Repository.SchemaExamples.First(example => example.Type.StartsWith("community.", StringComparison.Ordinal));

        var result = await publisher.PublishAsync(
            [Persons.NewJohn(tenant), NewEvent.FromJson(community.Type, tenant, community.Data)]);

        Assert.Equal(1, Assert.Single(result.Accepted).Index);
        var rejected = Assert.Single(result.Rejected);
        Assert.Equal((0, ErrorCodes.BusRefused, false), (rejected.Index, rejected.Code, rejected.IsRetryable));
    }

    /// <summary>A sandbox takes any credentials; a deployed hub takes those of the environment.</summary>
    private EventBridgeClient EventBridge() => new(new EventBridgeClientOptions
    {
        Region = hub.Target.Region,
        ServiceUrl = hub.Target.AwsEndpointUrl is { } url ? new Uri(url) : null,
        Credentials = hub.Target.AwsEndpointUrl is null ? null : new BasicAWSCredentials("sandbox", "sandbox"),
    });

    private TidingsBusClient Publisher(EventBridgeClient eventBridge) =>
        new(new TidingsBusOptions { Buses = Buses.Named(hub.Target.Buses) }, eventBridge);
}
