using System.Text.Json;
using Amazon.Runtime;

namespace Tidings.Client.Tests.EventBridge;

[Collection(ClockTests.Name)]
public sealed class TidingsBusClientTests
{
    private static readonly Buses Dev = Buses.OfEnvironment("dev");

    private static readonly PublishTiming AtOnce = PublishTiming.Default with { BackoffBase = TimeSpan.Zero };

    public static TheoryData<string> TemporaryFailures =>
        ["a throttle", "a failure inside", "nothing", "no entries", "no list", "a service that is away", "a request that is throttled", "a lost connection"];

    [Fact]
    public async Task Puts_source_type_and_time_beside_the_event_which_is_whole_in_the_detail()
    {
        var bus = new ScriptedBus();
        using var client = Client(bus);
        var time = new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

        var published = await client.PublishAsync(Bank("e1") with { Time = time, UserIds = ["a", "b"] });

        Assert.Equal(new PublishedEvent("e1", "bank.test:created@v1"), published);
        var entry = Assert.Single(Assert.Single(bus.Requests));
        Assert.Equal(
            ("tidings-dev-bank", "com.tidings.bank", "bank.test:created@v1", time),
            (entry.EventBusName, entry.Source, entry.DetailType, entry.Time!.Value));
        using var detail = JsonDocument.Parse(entry.Detail);
        Assert.Equal("1.0", detail.RootElement.GetProperty("specversion").GetString());
        Assert.Equal("acme", detail.RootElement.GetProperty("tenantid").GetString());
        Assert.Equal("a,b", detail.RootElement.GetProperty("userids").GetString());
        Assert.Equal("Åse", detail.RootElement.GetProperty("data").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Puts_each_event_on_the_bus_of_its_module()
    {
        var bus = new ScriptedBus();
        using var client = Client(bus, Buses.By(module => $"bus-of-{module}"));

        await client.PublishAsync([Bank("1"), Community("2")]);

        Assert.Equal(["bus-of-bank", "bus-of-community"], Assert.Single(bus.Requests).Select(entry => entry.EventBusName));
    }

    [Fact]
    public async Task Refuses_no_list_as_every_publisher_does()
    {
        using var client = Client(new ScriptedBus());

        await Assert.ThrowsAsync<ArgumentNullException>(() => client.PublishAsync((IEnumerable<NewEvent>)null!));
    }

    [Fact]
    public async Task Refuses_alone_an_event_whose_module_has_no_bus()
    {
        using var client = Client(new ScriptedBus(), Buses.Named(new Dictionary<string, string> { ["bank"] = "b" }));

        var result = await client.PublishAsync([Community("1"), Bank("2")]);

        Assert.Equal([new AcceptedEvent(1, "2", "bank.test:created@v1")], result.Accepted);
        var rejected = Assert.Single(result.Rejected);
        Assert.Equal((0, "1", ErrorCodes.BusUnknown), (rejected.Index, rejected.Id, rejected.Code));
        Assert.Contains("module community", rejected.Detail, StringComparison.Ordinal);
        Assert.NotEmpty(rejected.Advice);
    }

    [Fact]
    public async Task Refuses_alone_an_event_for_which_the_users_function_fails()
    {
        var buses = Buses.By(module => module is "bank" ? "b" : throw new InvalidOperationException("secret"));
        using var client = Client(new ScriptedBus(), buses);

        var result = await client.PublishAsync([Community("1"), Bank("2")]);

        Assert.Single(result.Accepted);
        Assert.Equal("\"Buses\" failed: InvalidOperationException", Assert.Single(result.Rejected).Detail);
    }

    [Theory]
    [InlineData("AccessDeniedException")]
    [InlineData("MalformedDetail")]
    [InlineData("NotAuthorizedForSourceException")]
    [InlineData("SomethingNew")]
    public async Task Does_not_send_again_what_the_bus_refuses_for_good(string code)
    {
        var bus = new ScriptedBus(ScriptedBus.FailAt(code, 0));
        using var client = Client(bus);

        var error = await Assert.ThrowsAsync<PublishException>(() => client.PublishAsync(Bank("1")));

        Assert.Equal(
            (ErrorCodes.BusRefused, PublishOutcome.NotAccepted, false, "1"),
            (error.Code, error.Outcome, error.IsRetryable, error.EventId));
        Assert.Contains(code, error.Detail, StringComparison.Ordinal);
        Assert.Single(bus.Requests);
    }

    [Theory]
    [MemberData(nameof(TemporaryFailures))]
    public async Task Sends_again_under_the_same_id_after(string failure)
    {
        var bus = new ScriptedBus(Failing(failure), Failing(failure));
        using var client = Client(bus);

        var published = await client.PublishAsync(Bank(null));

        Assert.Equal([published.Id, published.Id, published.Id], bus.Ids);
    }

    [Fact]
    public async Task Sends_again_what_got_no_answer_in_time()
    {
        var clock = new ManualTimeProvider();
        var bus = new SilentOnce();
        using var client = new TidingsBusClient(new TidingsBusOptions { Buses = Dev, Timing = AtOnce }, bus, timeProvider: clock);

        var publishing = client.PublishAsync(Bank("1"));
        await bus.Asked;
        clock.Advance(AtOnce.Request);
        var published = await clock.RunAsync(publishing);

        Assert.Equal("1", published.Id);
        Assert.True(bus.WasEnded);
    }

    [Fact]
    public async Task Says_that_an_event_may_be_on_the_bus_if_no_answer_ever_came()
    {
        var lost = Failing("a lost connection");
        var bus = new ScriptedBus(lost, lost, lost, lost, lost, lost);
        using var client = Client(bus);

        var result = await client.PublishAsync([Bank("1"), Bank("2")]);

        Assert.Equal(AtOnce.Attempts, bus.Requests.Count);
        Assert.All(result.Rejected, rejected => Assert.Equal(
            (ErrorCodes.NetworkFailed, PublishOutcome.Unknown, true),
            (rejected.Code, rejected.Outcome, rejected.IsRetryable)));
        Assert.Equal(2, result.Rejected.Count);
    }

    [Theory]
    [InlineData("Failed to resolve AWS credentials.", ErrorCodes.CredentialsMissing)]
    [InlineData("No RegionEndpoint or ServiceURL configured", ErrorCodes.OptionsInvalid)]
    public async Task Gives_advice_where_the_SDK_lacks_something(string message, string code)
    {
        var bus = new ScriptedBus(ScriptedBus.Throw(new AmazonClientException(message)));
        using var client = Client(bus);

        var error = await Assert.ThrowsAsync<PublishException>(() => client.PublishAsync(Bank("1")));

        Assert.Equal((code, PublishOutcome.NotAccepted, false), (error.Code, error.Outcome, error.IsRetryable));
        Assert.Contains("EventBridgeClient", error.Advice, StringComparison.Ordinal);
        Assert.Single(bus.Requests);
    }

    [Fact]
    public async Task Says_the_status_with_which_the_service_refuses_a_request()
    {
        using var client = Client(new ScriptedBus(ScriptedBus.Throw(ScriptedBus.Refusal("AccessDeniedException", 400))));

        var error = await Assert.ThrowsAsync<PublishException>(() => client.PublishAsync(Bank("1")));

        Assert.Equal((ErrorCodes.BusRefused, 400), (error.Code, error.Status));
    }

    [Fact]
    public async Task Sends_a_list_by_ten_in_its_order()
    {
        var bus = new ScriptedBus();
        using var client = Client(bus);

        var result = await client.PublishAsync(Enumerable.Range(0, 25).Select(i => Bank($"{i}")));

        Assert.Equal([10, 10, 5], bus.Requests.Select(entries => entries.Count));
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"{i}"), bus.Requests.SelectMany(entries => entries.Select(ScriptedBus.IdOf)));
        Assert.Equal(Enumerable.Range(0, 25), result.Accepted.Select(accepted => accepted.Index));
    }

    [Fact]
    public async Task Splits_a_list_by_bytes_as_the_service_counts_them()
    {
        var bus = new ScriptedBus();
        using var client = Client(bus);
        var name = new string('Å', 40_000);

        await client.PublishAsync(Enumerable.Range(0, 7).Select(i => Bank($"{i}", name)));

        Assert.Equal([3, 3, 1], bus.Requests.Select(entries => entries.Count));
    }

    [Fact]
    public async Task Sends_again_only_those_entries_that_failed_for_the_moment()
    {
        var bus = new ScriptedBus(ScriptedBus.FailAt("ThrottlingException", 0, 2), ScriptedBus.FailAt("InternalFailure", 1));
        using var client = Client(bus);

        var result = await client.PublishAsync([Bank("0"), Bank("1"), Bank("2")]);

        Assert.Equal(["0,1,2", "0,2", "2"], bus.Ids);
        Assert.Equal([0, 1, 2], result.Accepted.Select(accepted => accepted.Index));
    }

    [Fact]
    public async Task Parts_the_modules_if_the_role_may_not_put_on_one_of_the_buses()
    {
        IReadOnlyList<EventBridgeResult> MayPutBank(IReadOnlyList<EventBridgeEntry> entries) =>
            entries.Any(entry => entry.EventBusName is not "tidings-dev-bank")
                ? throw ScriptedBus.Refusal("AccessDeniedException", 400)
                : ScriptedBus.TakeAll(entries);
        using var client = Client(new ScriptedBus([.. Enumerable.Repeat(MayPutBank, 9)]));

        var result = await client.PublishAsync([Bank("a"), Community("b"), Bank("c")]);

        Assert.Equal(["a", "c"], result.Accepted.Select(accepted => accepted.Id));
        var rejected = Assert.Single(result.Rejected);
        Assert.Equal(("b", ErrorCodes.BusRefused, PublishOutcome.NotAccepted), (rejected.Id, rejected.Code, rejected.Outcome));
    }

    private static TidingsBusClient Client(IEventBridge bus, Buses? buses = null) =>
        new(new TidingsBusOptions { Buses = buses ?? Dev, Timing = AtOnce }, bus);

    private static Func<IReadOnlyList<EventBridgeEntry>, IReadOnlyList<EventBridgeResult>> Failing(string how) => how switch
    {
        "a throttle" => ScriptedBus.FailAt("ThrottlingException", 0),
        "a failure inside" => ScriptedBus.FailAt("InternalFailure", 0),
        "nothing" => _ => [new EventBridgeResult(null)],
        "no entries" => _ => [],
        "no list" => _ => null!,
        "a service that is away" => ScriptedBus.Throw(ScriptedBus.Refusal("ServiceUnavailable", 503)),
        "a request that is throttled" => ScriptedBus.Throw(ScriptedBus.Refusal("ThrottlingException", 400)),
        "a lost connection" => ScriptedBus.Throw(new HttpRequestException("The connection was reset")),
        _ => throw new ArgumentOutOfRangeException(nameof(how), how, "No such failure"),
    };

    private static NewEvent<JsonElement> Bank(string? id, string name = "Åse") => Event("bank.test:created@v1", id, name);

    private static NewEvent<JsonElement> Community(string id) => Event("community.idea:created@v1", id, "x");

    private static NewEvent<JsonElement> Event(string type, string? id, string name)
    {
        using var data = JsonDocument.Parse($$"""{"name":"{{name}}"}""");
        return NewEvent.FromJson(type, "acme", data.RootElement.Clone()) with { Id = id };
    }

    /// <summary>It says nothing to the first request, and takes all others.</summary>
    private sealed class SilentOnce : IEventBridge
    {
        private readonly TaskCompletionSource _asked = new();
        private readonly TaskCompletionSource<IReadOnlyList<EventBridgeResult>> _never = new();

        public Task Asked => _asked.Task;

        public bool WasEnded { get; private set; }

        public Task<IReadOnlyList<EventBridgeResult>> PutEventsAsync(
            IReadOnlyList<EventBridgeEntry> entries,
            CancellationToken cancellationToken)
        {
            if (_asked.Task.IsCompleted)
            {
                return Task.FromResult(ScriptedBus.TakeAll(entries));
            }

            cancellationToken.Register(() => WasEnded = true);
            _asked.SetResult();
            return _never.Task;
        }
    }
}
