using static Tidings.Client.Tests.ScriptedApi;

namespace Tidings.Client.Tests;

[Collection(ClockTests.Name)]
public sealed class TidingsSubscriptionsTests
{
    private const string Shown = """
        {"name":"billing","filter":{"types":["bank.*"]},"status":"active","cursor":{"epoch":"e1","sequence":4},
         "created":"2026-01-31T09:30:00Z","updated":"2026-01-31T09:31:00Z"}
        """;

    private static readonly Cursor s_cursor = new("e1", 4);

    public static TheoryData<NewSubscription, string> Creations => new()
    {
        { new NewSubscription { Name = "billing" }, """{"name":"billing"}""" },
        {
            new NewSubscription
            {
                Name = "billing", Start = StartFrom.Oldest, Filter = new EventFilter { Types = ["bank.a"], Actions = [] },
            },
            """{"name":"billing","filter":{"types":["bank.a"]},"cursor":{"sequence":0}}"""
        },
        {
            new NewSubscription { Name = "billing", Start = StartFrom.Cursor(s_cursor) },
            """{"name":"billing","cursor":{"epoch":"e1","sequence":4}}"""
        },
    };

    public static TheoryData<string, string, Func<TidingsSubscriptions, Task>> Unusable => new()
    {
        { "SUBSCRIPTION_INVALID", "/name", hub => hub.CreateAsync(new NewSubscription { Name = "a b" }) },
        { "SUBSCRIPTION_INVALID", "/name", hub => hub.GetAsync("") },
        { "SUBSCRIPTION_INVALID", "/name", hub => hub.DeleteAsync(null!) },
        { "SUBSCRIPTION_INVALID", "", hub => hub.UpdateAsync("a", new SubscriptionUpdate()) },
        {
            "SUBSCRIPTION_INVALID",
            "/status",
            hub => hub.UpdateAsync("a", new SubscriptionUpdate { Status = SubscriptionStatus.Unknown })
        },
        {
            "FILTER_INVALID",
            "/filter/types/0",
            hub => hub.CreateAsync(new NewSubscription { Name = "a", Filter = new EventFilter { Types = [""] } })
        },
        {
            "CURSOR_INVALID",
            "/cursor/sequence",
            hub => hub.CreateAsync(new NewSubscription { Name = "a", Start = StartFrom.Cursor(new Cursor("e", -1)) })
        },
        { "CURSOR_INVALID", "/sequence", hub => hub.AcknowledgeAsync("a", -4) },
        { "CURSOR_INVALID", "/epoch", hub => hub.AcknowledgeAsync("a", new Cursor(null!, 4)) },
    };

    [Fact]
    public async Task Lists_them_also_in_a_state_that_is_not_known_yet()
    {
        var other = Shown.Replace("active", "dreaming", StringComparison.Ordinal);
        var world = new World(Answer(200, $$"""{"subscriptions":[{{Shown}},{{other}}]}"""));
        var listed = await world.Hub.ListAsync();
        Assert.Equal([SubscriptionStatus.Active, SubscriptionStatus.Unknown], listed.Select(one => one.Status));
        Assert.Equal(["GET /subscriptions"], world.Api.Paths);
        var first = listed[0];
        Assert.Equal(("billing", s_cursor, TimeSpan.FromMinutes(1)), (first.Name, first.Cursor, first.Updated - first.Created));
        Assert.Equal(["bank.*"], first.Filter.Types);
        Assert.Equal(["events:read"], Assert.Single(world.Tokens.Asked).Scopes);
    }

    [Fact]
    public async Task Shows_one_and_nothing_where_there_is_none()
    {
        var world = new World(Answer(200, Shown), Problem(404, "SUBSCRIPTION_NOT_FOUND"));
        Assert.Equal("billing", (await world.Hub.GetAsync("a/b"))!.Name);
        Assert.Null(await world.Hub.GetAsync(".."));
        Assert.Equal(["GET /subscriptions/a%252Fb", "GET /subscriptions/%252E%252E"], world.Api.Paths);
    }

    [Theory]
    [MemberData(nameof(Creations), DisableDiscoveryEnumeration = true)]
    public async Task Creates_one(NewSubscription subscription, string body)
    {
        var world = new World(Answer(201, Shown));
        Assert.Equal("billing", (await world.Hub.CreateAsync(subscription)).Name);
        var request = Assert.Single(world.Api.Requests);
        Assert.Equal(("POST", "/subscriptions", body), (request.Method, request.Path, request.Body));
        Assert.Equal(["subscriptions:write"], Assert.Single(world.Tokens.Asked).Scopes);
    }

    [Fact]
    public async Task Does_not_create_one_twice_where_the_first_answer_may_have_been_lost()
    {
        var world = new World(Problem(503, "BUS_UNAVAILABLE"));
        var error = await Assert.ThrowsAsync<HubException>(
            () => world.Hub.CreateAsync(new NewSubscription { Name = "billing" }));
        Assert.Equal("BUS_UNAVAILABLE", error.Code);
        Assert.Single(world.Api.Requests);
    }

    [Fact]
    public async Task Pauses_resumes_and_filters_one_also_by_a_second_try()
    {
        var world = new World(Problem(503, "BUS_UNAVAILABLE"), Answer(200, Shown));
        await world.Clock.RunAsync(
            world.Hub.UpdateAsync("billing", new SubscriptionUpdate { Status = SubscriptionStatus.Paused }));
        var filter = new EventFilter { Types = ["bank.a"] };
        await world.Hub.UpdateAsync("billing", new SubscriptionUpdate { Status = SubscriptionStatus.Active, Filter = filter });
        Assert.Equal(
            ["""{"status":"paused"}""", """{"status":"paused"}""", """{"status":"active","filter":{"types":["bank.a"]}}"""],
            world.Api.Requests.Select(request => request.Body));
        Assert.All(world.Api.Paths, path => Assert.Equal("PATCH /subscriptions/billing", path));
    }

    [Fact]
    public async Task Deletes_one_also_where_only_the_answer_was_lost_and_says_if_there_was_none()
    {
        var gone = Problem(404, "SUBSCRIPTION_NOT_FOUND");
        var lost = new World(Problem(503, "BUS_UNAVAILABLE"), gone);
        await lost.Clock.RunAsync(lost.Hub.DeleteAsync("billing"));
        Assert.Equal(["DELETE /subscriptions/billing", "DELETE /subscriptions/billing"], lost.Api.Paths);
        var error = await Assert.ThrowsAsync<HubException>(() => new World(gone).Hub.DeleteAsync("billing"));
        Assert.Equal(HubCodes.SubscriptionNotFound, error.Code);
    }

    [Fact]
    public async Task Acknowledges_up_to_a_number_or_a_cursor()
    {
        var world = new World(Answer(200, """{"cursor":{"epoch":"e1","sequence":4}}"""));
        Assert.Equal(s_cursor, await world.Hub.AcknowledgeAsync("billing", 4));
        Assert.Equal(s_cursor, await world.Hub.AcknowledgeAsync("billing", s_cursor));
        Assert.Equal(
            ["""{"sequence":4}""", """{"epoch":"e1","sequence":4}"""],
            world.Api.Requests.Select(request => request.Body));
        Assert.All(world.Api.Paths, path => Assert.Equal("POST /subscriptions/billing/ack", path));
    }

    [Theory]
    [MemberData(nameof(Unusable), DisableDiscoveryEnumeration = true)]
    public async Task Refuses_what_cannot_be_without_asking_and_says_where(
        string code, string path, Func<TidingsSubscriptions, Task> act)
    {
        var world = new World(Answer(200, Shown));
        var error = await Assert.ThrowsAsync<HubException>(() => act(world.Hub));
        Assert.Equal((code, path), (error.Code, Assert.Single(error.Errors).Path));
        Assert.Empty(world.Api.Requests);
    }

    private sealed class World
    {
        public World(params Func<AskedRequest, HttpResponseMessage?>[] script)
        {
            Api = new ScriptedApi(Clock, script);
            var options = new TidingsHubOptions { ApiUrl = Url, Random = () => 0.5 };
            Hub = new TidingsSubscriptions(new HttpClient(Api), options, Tokens, timeProvider: Clock);
        }

        public ManualTimeProvider Clock { get; } = new();

        public FakeTokens Tokens { get; } = new();

        public ScriptedApi Api { get; }

        public TidingsSubscriptions Hub { get; }
    }
}
