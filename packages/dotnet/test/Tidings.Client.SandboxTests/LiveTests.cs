using System.Text.Json;
using Tidings.Client.Events;
using Tidings.Client.SandboxTests.Support;

namespace Tidings.Client.SandboxTests;

[Collection(nameof(Hub))]
public sealed class LiveTests(Hub hub)
{
    [Fact]
    public async Task Every_schema_example_arrives_once_and_unchanged_over_http()
    {
        var tenant = Hub.NewTenant("live");
        await using var receiver = await Receiver.ConnectAsync(hub, hub.Tokens(tenant), options => options with { Strict = true });
        var events = Examples(tenant);
        (await hub.Publisher(hub.Tokens(tenant)).PublishAsync(events)).EnsureAccepted();
        var received = await receiver.ReadAsync(events.Count);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), received.Select(one => one.Sequence));
        AssertSame(events, received);
        Assert.Empty(receiver.Errors);
    }

    [Fact]
    public async Task Data_comes_typed()
    {
        var tenant = Hub.NewTenant("typed");
        await using var receiver = await Receiver.ConnectAsync(hub, hub.Tokens(tenant));
        await hub.Publisher(hub.Tokens(tenant)).PublishAsync(Persons.NewJohn(tenant) with { Subject = "test/1", CorrelationId = "order:7" });
        var received = Assert.Single(await receiver.ReadAsync(1));
        Assert.True(received.TryGetData(out BankTestCreatedV1? john));
        Assert.Equal(Persons.John, john);
        Assert.Equal(("test/1", "order:7", Sources.Bank), (received.Subject, received.CorrelationId, received.Source));
        Assert.False(received.Is<CommunityMessagePostedV1>());
    }

    [Fact]
    public async Task What_was_missed_comes_after_the_cursor_and_nothing_else()
    {
        var tenant = Hub.NewTenant("replay");
        var publisher = hub.Publisher(hub.Tokens(tenant));
        var events = Persons.NewJohns(tenant, 6);
        foreach (var one in events)
            await publisher.PublishAsync(one);
        Cursor middle;
        await using (var first = Receiver.Open(hub, hub.Tokens(tenant), options => options with { Start = StartFrom.Oldest, Strict = true }))
        {
            var seen = await first.ReadAsync(4);
            Assert.Equal([1, 2, 3, 4], seen.Select(one => one.Sequence));
            middle = first.Live.Cursor!;
        }

        // The fourth was in the loop's hands, so it is not behind the cursor yet.
        Assert.Equal(3, middle.Sequence);
        await using var second = Receiver.Open(hub, hub.Tokens(tenant), options => options with { Start = StartFrom.Cursor(middle), Strict = true });
        Assert.Equal([4, 5, 6], (await second.ReadAsync(3)).Select(one => one.Sequence));
    }

    [Fact]
    public async Task A_stored_cursor_goes_on_in_the_next_life()
    {
        var tenant = Hub.NewTenant("stored");
        var store = new MemoryCursorStore();
        var publisher = hub.Publisher(hub.Tokens(tenant));
        TidingsLiveOptions WithStore(TidingsLiveOptions options) =>
            options with { Start = StartFrom.Oldest, Strict = true, CursorStore = store };
        foreach (var one in Persons.NewJohns(tenant, 3))
            await publisher.PublishAsync(one);
        await using (var first = Receiver.Open(hub, hub.Tokens(tenant), WithStore))
            Assert.Equal([1, 2, 3], (await first.ReadAsync(3)).Select(one => one.Sequence));
        await publisher.PublishAsync(Persons.NewJohn(tenant));
        await using var second = Receiver.Open(hub, hub.Tokens(tenant), WithStore);
        Assert.Equal([3, 4], (await second.ReadAsync(2)).Select(one => one.Sequence));
    }

    [Fact]
    public async Task Two_clients_get_what_each_may_see()
    {
        var tenant = Hub.NewTenant("audience");
        await using var alice = await Receiver.ConnectAsync(hub, hub.Tokens(tenant, user: "alice", roles: "clerk"));
        await using var bob = await Receiver.ConnectAsync(hub, hub.Tokens(tenant, user: "bob"));
        await using var stranger = await Receiver.ConnectAsync(hub, hub.Tokens(Hub.NewTenant("stranger"), user: "alice", roles: "clerk"));
        var publisher = hub.Publisher(hub.Tokens(tenant));
        var forAlice = await publisher.PublishAsync(Persons.NewJohn(tenant) with { UserIds = ["alice"] });
        var forBob = await publisher.PublishAsync(Persons.NewJohn(tenant) with { UserIds = ["bob"] });
        var forClerks = await publisher.PublishAsync(Persons.NewJohn(tenant) with { RoleIds = ["clerk", "manager"] });
        var forBoth = await publisher.PublishAsync(Persons.NewJohn(tenant));
        AssertIds([forAlice, forClerks, forBoth], await alice.ReadAsync(3));
        AssertIds([forBob, forBoth], await bob.ReadAsync(2));
        Assert.Equal(0, stranger.Live.Cursor?.Sequence ?? 0);
    }

    [Fact]
    public async Task A_filter_chooses_among_them()
    {
        var tenant = Hub.NewTenant("filter");
        await using var receiver = await Receiver.ConnectAsync(
            hub, hub.Tokens(tenant), options => options with { Filter = new EventFilter { Types = ["community.*"] } });
        var events = Examples(tenant);
        (await hub.Publisher(hub.Tokens(tenant)).PublishAsync(events)).EnsureAccepted();
        var wanted = events.Where(one => one.Type.StartsWith("community.", StringComparison.Ordinal)).ToList();
        AssertSame(wanted, await receiver.ReadAsync(wanted.Count));
    }

    private static List<NewEvent<JsonElement>> Examples(string tenant) =>
        [.. Repository.SchemaExamples.Select(example =>
            NewEvent.FromJson(example.Type, tenant, example.Data) with { Id = Guid.NewGuid().ToString() })];

    /// <summary>Events of one request have one time at best, so their order is the hub's.</summary>
    private static void AssertSame(IReadOnlyList<NewEvent<JsonElement>> sent, IReadOnlyList<RecordedEvent> received)
    {
        var byId = received.ToDictionary(one => one.Id, StringComparer.Ordinal);
        Assert.Equal(sent.Select(one => one.Id).Order(StringComparer.Ordinal), byId.Keys.Order(StringComparer.Ordinal));
        Assert.All(sent, one => Assert.Equal(one.Type, byId[one.Id!].Type));
        Assert.All(sent, one => Assert.True(JsonElement.DeepEquals(one.Data, byId[one.Id!].Data), one.Type));
    }

    /// <summary>Requests that follow each other soon may be recorded in any order.</summary>
    private static void AssertIds(IEnumerable<PublishedEvent> published, IEnumerable<RecordedEvent> received) =>
        Assert.Equal(
            published.Select(one => one.Id).Order(StringComparer.Ordinal),
            received.Select(one => one.Id).Order(StringComparer.Ordinal));
}
