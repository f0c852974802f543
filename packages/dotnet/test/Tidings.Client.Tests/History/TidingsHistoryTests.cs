using static Tidings.Client.Tests.RecordedEvents;
using static Tidings.Client.Tests.ScriptedApi;

namespace Tidings.Client.Tests;

[Collection(ClockTests.Name)]
public sealed class TidingsHistoryTests
{
    private const string Cut =
        """{"status":410,"code":"HISTORY_CUT","detail":"gone","reason":"retention","epoch":"e1","oldest":7,"head":9}""";

    private static readonly DateTimeOffset s_time = new(2026, 1, 31, 10, 30, 0, TimeSpan.FromHours(1));

    public static TheoryData<string, HistoryQuery?, string> Queries => new()
    {
        { "the oldest", null, "/events" },
        { "a sequence", new HistoryQuery { AfterSequence = 41, Limit = 10 }, "/events?after=41&limit=10" },
        { "a cursor", new HistoryQuery { After = new Cursor("e1", 41) }, "/events?after=41&epoch=e1" },
        { "before any event", new HistoryQuery { After = new Cursor("", 0) }, "/events?after=0&epoch=" },
        { "a time", new HistoryQuery { Since = s_time }, "/events?since=2026-01-31T09%3A30%3A00.000Z" },
        {
            "what a filter lets through",
            new HistoryQuery
            {
                Filter = new EventFilter { Types = ["bank.*", "community.member:*"], Subjects = ["a & b"], Actions = [] },
            },
            "/events?types=bank.%2A%2Ccommunity.member%3A%2A&subjects=a%20%26%20b"
        },
    };

    public static TheoryData<string, HistoryQuery> Unusable => new()
    {
        { "QUERY_INVALID", new HistoryQuery { Limit = 0 } },
        { "QUERY_INVALID", new HistoryQuery { Limit = 1001 } },
        { "QUERY_INVALID", new HistoryQuery { AfterSequence = 1, Since = s_time } },
        { "CURSOR_INVALID", new HistoryQuery { AfterSequence = -1 } },
        { "CURSOR_INVALID", new HistoryQuery { After = new Cursor("e1", -1) } },
        { "CURSOR_INVALID", new HistoryQuery { After = new Cursor(new string('e', 129), 1) } },
        { "FILTER_INVALID", new HistoryQuery { Filter = new EventFilter { Types = [""] } } },
    };

    [Theory]
    [MemberData(nameof(Queries), DisableDiscoveryEnumeration = true)]
    public async Task Asks_for_a_page(string what, HistoryQuery? query, string path)
    {
        Assert.NotEmpty(what);
        var world = new World(Answer(200, Page(1, 2, 9)));
        var page = await world.RunAsync(world.History.PageAsync(query));
        Assert.Equal([$"GET {path}"], world.Api.Paths);
        Assert.Equal(("e1", 2, 9, true), (page.Epoch, page.Through, page.Head, page.HasMore));
        Assert.Equal(new Cursor("e1", 2), page.Next);
        Assert.Equal(["event-1", "event-2"], page.Events.Select(one => one.Id));
        Assert.Equal(2, page.Events[1].Data.GetProperty("number").GetInt32());
        Assert.Equal(["events:read"], Assert.Single(world.Tokens.Asked).Scopes);
    }

    [Fact]
    public async Task Chooses_by_itself_what_a_query_cannot_say()
    {
        var world = new World(Answer(200, Page([Json(1, "a,b"), Json(2, "c"), Json(3)], 3, 3)));
        var filter = new EventFilter { Types = ["bank.*"], Subjects = ["a,b", "d"] };
        var page = await world.RunAsync(world.History.PageAsync(new HistoryQuery { Filter = filter }));
        Assert.Equal(["GET /events?types=bank.%2A"], world.Api.Paths);
        Assert.Equal(["event-1"], page.Events.Select(one => one.Id));
        Assert.Equal((3, false), (page.Through, page.HasMore));
    }

    [Fact]
    public async Task Says_that_history_was_cut_and_what_is_left()
    {
        var world = new World(Answer(410, Cut));
        var error = await Assert.ThrowsAsync<HubException>(
            () => world.RunAsync(world.History.PageAsync(new HistoryQuery { After = new Cursor("e1", 2) })));
        Assert.Equal((HubCodes.HistoryCut, 410), (error.Code, error.Status));
        Assert.Equal(new HistoryCut(ResetReason.Retention, "e1", 7, 9), error.Cut);
    }

    [Theory]
    [MemberData(nameof(Unusable), DisableDiscoveryEnumeration = true)]
    public async Task Refuses_what_cannot_be_asked_without_asking(string expected, HistoryQuery query)
    {
        var world = new World(Answer(200, Page(1, 1, 1)));
        var error = await Assert.ThrowsAsync<HubException>(() => world.History.PageAsync(query));
        Assert.Equal(expected, error.Code);
        Assert.Empty(world.Api.Requests);
    }

    [Theory]
    [InlineData("""{"hello":"world"}""")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"epoch":"e1","events":{},"through":1,"head":1}""")]
    [InlineData("""{"epoch":"e1","events":[],"through":-1,"head":1}""")]
    [InlineData("""{"epoch":"e1","events":[],"through":1.5,"head":1}""")]
    [InlineData("""{"epoch":"\ud800","events":[],"through":1,"head":1}""")]
    [InlineData("""{"epoch":"e1","events":[{"id":"x"}],"through":1,"head":1}""")]
    public async Task Does_not_take_for_a_page_what_is_none(string answer)
    {
        var world = new World(Answer(200, answer));
        var error = await Assert.ThrowsAsync<HubException>(() => world.RunAsync(world.History.PageAsync()));
        Assert.Equal("ANSWER_INVALID", error.Code);
    }

    [Fact]
    public async Task Finds_one_event_by_its_id_whatever_is_in_it()
    {
        var world = new World(Answer(200, Json(1)));
        var found = await world.RunAsync(world.History.EventAsync("a/b?c"));
        Assert.Equal("event-1", found!.Id);
        Assert.Equal(["GET /events/a%252Fb%253Fc"], world.Api.Paths);
    }

    [Fact]
    public async Task Finds_no_event_where_there_is_none_and_without_asking_where_there_can_be_none()
    {
        var world = new World(Problem(404, "EVENT_NOT_FOUND"));
        Assert.Null(await world.RunAsync(world.History.EventAsync("gone")));
        Assert.Null(await world.RunAsync(world.History.EventAsync("\ud800")));
        Assert.Null(await world.RunAsync(world.History.EventAsync("")));
        Assert.Single(world.Api.Requests);
    }

    [Fact]
    public async Task Takes_another_reason_for_what_it_is_such_as_a_wrong_url()
    {
        var world = new World(Problem(404, "ROUTE_NOT_FOUND"));
        var error = await Assert.ThrowsAsync<HubException>(() => world.RunAsync(world.History.EventAsync("e1")));
        Assert.Equal("ROUTE_NOT_FOUND", error.Code);
    }

    [Fact]
    public async Task Gives_all_events_page_by_page_up_to_what_was_the_head_when_it_began()
    {
        var world = new World(Answer(200, Page(1, 4, 6)), Answer(200, Page(5, 6, 8)));
        var query = new HistoryQuery { AfterSequence = 0, Filter = new EventFilter { Types = ["bank.a"] } };
        Assert.Equal(Numbers(1, 6), await world.AllAsync(query));
        Assert.Equal(
            ["GET /events?after=0&limit=1000&types=bank.a", "GET /events?after=4&epoch=e1&limit=1000&types=bank.a"],
            world.Api.Paths);
    }

    [Fact]
    public async Task Ends_with_the_last_that_is_wanted_or_with_the_head()
    {
        var world = new World(Answer(200, Page(1, 4, 9)), Answer(200, Page(5, 8, 9)));
        Assert.Equal(Numbers(1, 6), await world.AllAsync(new HistoryQuery { Since = s_time, Limit = 4 }, through: 6));
        Assert.Equal(2, world.Api.Requests.Count);
        Assert.Equal(Numbers(1, 4), await new World(Answer(200, Page(1, 4, 4))).AllAsync(null, through: 100));
    }

    [Fact]
    public async Task Asks_only_as_far_as_the_loop_goes()
    {
        var world = new World(Answer(200, Page(1, 4, 100)));
        await foreach (var recorded in world.History.EventsAsync())
        {
            Assert.Equal(1, recorded.Sequence);
            break;
        }

        Assert.Single(world.Api.Requests);
    }

    [Fact]
    public async Task Says_in_the_loop_that_history_was_cut_or_that_a_page_does_not_go_on()
    {
        var cut = new World(Answer(200, Page(1, 4, 9)), Answer(410, Cut));
        var error = await Assert.ThrowsAsync<HubException>(() => cut.AllAsync(null));
        Assert.Equal(7, error.Cut!.Oldest);
        var stuck = new World(Answer(200, Page(1, 4, 9)));
        error = await Assert.ThrowsAsync<HubException>(() => stuck.AllAsync(null));
        Assert.Equal("ANSWER_INVALID", error.Code);
    }

    [Theory]
    [InlineData("http://hub.example")]
    [InlineData("https://hub.example?a=b")]
    [InlineData("https://hub.example#a")]
    [InlineData("")]
    public void Cannot_be_made_for_where_tokens_must_not_be_sent(string url)
    {
        var error = Assert.Throws<OptionsException>(
            () => new TidingsHistory(new HttpClient(), new TidingsHubOptions { ApiUrl = url }, new FakeTokens()));
        Assert.StartsWith("OPTIONS_INVALID: Not to be used as ApiUrl: expected ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cannot_be_made_with_times_that_cannot_be_kept()
    {
        var options = new TidingsHubOptions { ApiUrl = Url };
        CallTiming[] wrong =
        [
            new() { Attempts = 0 },
            new() { Request = Timeout.InfiniteTimeSpan },
            new() { Budget = TimeSpan.MaxValue },
            new() { BackoffBase = TimeSpan.FromSeconds(-1) },
        ];
        Assert.All(wrong, timing =>
        {
            var error = Assert.Throws<OptionsException>(
                () => new TidingsHistory(new HttpClient(), options with { Timing = timing }, new FakeTokens()));
            Assert.StartsWith("OPTIONS_INVALID: Expected Timing.", error.Message, StringComparison.Ordinal);
        });
    }

    private sealed class World
    {
        public World(params Func<AskedRequest, HttpResponseMessage?>[] script)
        {
            Api = new ScriptedApi(Clock, script);
            var options = new TidingsHubOptions { ApiUrl = Url, Random = () => 0.5 };
            History = new TidingsHistory(new HttpClient(Api), options, Tokens, timeProvider: Clock);
        }

        public ManualTimeProvider Clock { get; } = new();

        public FakeTokens Tokens { get; } = new();

        public ScriptedApi Api { get; }

        public TidingsHistory History { get; }

        public Task<T> RunAsync<T>(Task<T> task) => Clock.RunAsync(task);

        public async Task<IReadOnlyList<long>> AllAsync(HistoryQuery? query, long? through = null)
        {
            List<long> found = [];
            await foreach (var recorded in History.EventsAsync(query, through))
            {
                found.Add(recorded.Sequence);
            }

            return found;
        }
    }
}
