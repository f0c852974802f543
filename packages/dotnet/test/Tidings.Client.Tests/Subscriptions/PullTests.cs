using System.Globalization;
using static Tidings.Client.Tests.RecordedEvents;

namespace Tidings.Client.Tests;

[Collection(ClockTests.Name)]
public sealed class PullTests
{
    public static TheoryData<Func<TidingsSubscriptionOptions, TidingsSubscriptionOptions>> Unusable =>
    [
        options => options with { ApiUrl = "http://hub.example" },
        options => options with { Name = "" },
        options => options with { Name = "a b" },
        options => options with { Concurrency = 0 },
        options => options with { Limit = 0 },
        options => options with { Limit = 1001 },
        options => options with { IdleLeast = TimeSpan.Zero },
        options => options with { IdleMost = TimeSpan.Zero },
        options => options with { Create = new SubscriptionCreation { Filter = new EventFilter { Types = [""] } } },
        options => options with { Create = new SubscriptionCreation { Start = StartFrom.Cursor(new Cursor("e", -1)) } },
    ];

    [Fact]
    public async Task Asks_more_rarely_while_nothing_comes_and_at_once_while_there_is_more()
    {
        var world = new ConsumerWorld();
        await using var consumer = world.Create();
        _ = world.Run(consumer);
        await world.StayAsync(TimeSpan.FromMinutes(10));

        // 1, 2, 4, 8, 16 and then every 20 seconds, a little earlier by chance.
        Assert.InRange(world.Api.Pulls, 30, 42);
        var before = world.Api.Pulls;
        world.Api.Head = 1000;
        await world.Until(() => world.Cursor == 1000);
        Assert.Equal(Numbers(1, 1000), world.Given);
        Assert.InRange(world.Api.Pulls - before, 10, 11);
    }

    [Fact]
    public async Task Moves_the_cursor_over_what_is_for_others()
    {
        var world = new ConsumerWorld(7);
        world.Api.Foreign.UnionWith(Numbers(1, 7));
        await using var consumer = world.Create();
        _ = world.Run(consumer);
        await world.Until(() => world.Cursor == 7);
        Assert.Empty(world.Given);
    }

    [Fact]
    public async Task Does_not_hand_over_again_what_is_done_though_the_acknowledgement_was_lost()
    {
        var world = new ConsumerWorld(3);
        var losses = 2;
        world.Api.Refuses = (_, path, _) =>
            path.EndsWith("/ack", StringComparison.Ordinal) && losses-- > 0 ? (503, "INTERNAL_ERROR", null) : null;
        await using var consumer = world.Create();
        _ = world.Run(consumer);
        await world.Until(() => world.Cursor == 3 && consumer.State == ConnectionState.Live);
        Assert.Equal(Numbers(1, 3), world.Given);
        Assert.Equal([("HUB_REFUSED", true), ("HUB_REFUSED", true)], world.Errors.Select(error => (error.Code, error.IsRetryable)));
    }

    [Fact]
    public async Task Begins_anew_with_a_subscription_that_was_made_under_the_same_name()
    {
        var world = new ConsumerWorld(3);
        await using var consumer = world.Create();
        _ = world.Run(consumer);
        await world.Until(() => world.Cursor == 3);
        world.Api.Subscription = new Cursor("e1", 0);
        await world.Until(() => world.Given.Count == 6 && world.Cursor == 3);
        Assert.Equal([1L, 2, 3, 1, 2, 3], world.Given);
    }

    [Fact]
    public async Task Asks_for_another_token_when_the_hub_does_not_take_the_last()
    {
        var world = new ConsumerWorld(1);
        world.Api.Refuses = (_, _, token) => token == "token-Connect" ? (401, "TOKEN_EXPIRED", null) : null;
        await using var consumer = world.Create();
        _ = world.Run(consumer);
        await world.Until(() => world.Cursor == 1);
        Assert.Equal([TokenReason.Connect, TokenReason.Refused], world.Tokens.Reasons);
        Assert.Contains(world.Statuses, status => status.Reason == StatusReason.TokenRefused);
    }

    [Fact]
    public async Task Goes_on_after_a_network_that_broke_a_token_source_that_failed_and_an_answer_that_never_came()
    {
        var world = new ConsumerWorld(3);
        var asked = 0;
        var tokens = new FakeTokens((_, _) => ++asked == 1 ? throw new InvalidOperationException("no token") : new("token"));
        var breaks = 1;
        world.Api.Refuses = (_, _, _) => breaks-- > 0 ? throw new HttpRequestException("Connection reset") : null;
        var silences = 1;
        world.Api.IsSilentAt = _ => breaks < 1 && silences-- > 0;
        await using var consumer = world.Create(tokens: tokens);
        _ = world.Run(consumer);
        await world.Until(() => world.Cursor == 3);
        Assert.Equal(Numbers(1, 3), world.Given);
        Assert.Equal(["HUB_FAILED", "HUB_FAILED", "HUB_FAILED"], world.Errors.Select(error => error.Code));
        Assert.Equal(
            ["TOKEN_FAILED", "NETWORK_FAILED", "NETWORK_FAILED"],
            world.Errors.Select(error => ((HubException)error.InnerException!).Code));
    }

    [Fact]
    public async Task Goes_on_when_something_redirects_for_a_while_or_answers_what_is_no_page()
    {
        var world = new ConsumerWorld(1);
        var redirections = 1;
        world.Api.Refuses = (_, _, _) => redirections-- > 0 ? (302, "ok", null) : null;
        await using var consumer = world.Create();
        _ = world.Run(consumer);
        await world.Until(() => world.Cursor == 1);
        Assert.Equal(["HUB_FAILED"], world.Errors.Select(error => error.Code));
    }

    [Fact]
    public async Task Acknowledges_now_and_then_while_it_works_at_a_long_page()
    {
        var world = new ConsumerWorld(100);
        var gate = new TaskCompletionSource();
        await using var consumer = world.Create();
        _ = world.Run(
            consumer,
            sequence => sequence == 50 ? gate.Task : Task.Delay(TimeSpan.FromMilliseconds(100), world.Clock));
        await world.Until(() => world.Cursor == 49);
        gate.SetResult();
        await world.Until(() => world.Cursor == 100);

        // One for each second at most, and those at the end of the page. The clock may have outrun the handlers.
        var seconds = TimeSpan.FromTicks(world.Clock.GetTimestamp()).TotalSeconds;
        Assert.InRange(world.Api.Acknowledged.Count, 2, (int)seconds + 3);
        Assert.Equal(world.Api.Acknowledged.Order(), world.Api.Acknowledged);
    }

    [Fact]
    public async Task Tells_when_the_last_acknowledgement_failed_and_stops_all_the_same()
    {
        var world = new ConsumerWorld(3);
        world.Api.IsSilentAt = path => path.EndsWith("/ack", StringComparison.Ordinal);
        await using var consumer = world.Create();
        var running = world.Run(consumer, sequence => sequence == 3 ? consumer.StopAsync(TimeSpan.Zero) : Task.CompletedTask);
        await world.Clock.RunAsync(running);
        Assert.Equal(["HUB_FAILED"], world.Errors.Select(error => error.Code));
        Assert.Equal((0, ConnectionState.Closed), (world.Cursor, consumer.State));
    }

    [Fact]
    public async Task Encodes_the_name_twice()
    {
        var world = new ConsumerWorld();
        await using var consumer = world.Create(options => options with { Name = "a/b?" });
        _ = world.Run(consumer);
        await world.Until(() => world.Api.Pulls > 0);
        Assert.Equal("GET /subscriptions/a%252Fb%253F/events?limit=100", world.Api.Paths.First());
    }

    [Theory]
    [InlineData("7", 7000)]
    [InlineData("0", 500)]
    [InlineData("86400", 500)]
    [InlineData("soon", 500)]
    [InlineData(null, 500)]
    public async Task Waits_as_long_as_the_hub_says_if_it_says_something_sensible(string? retryAfter, int milliseconds)
    {
        var world = new ConsumerWorld(3);
        var refusals = 1;
        world.Api.Refuses = (_, _, _) => refusals-- > 0 ? (429, "RATE_LIMITED", retryAfter) : null;
        await using var consumer = world.Create();
        _ = world.Run(consumer);
        await world.Until(() => world.Cursor == 3);
        var wait = Assert.Single(world.Statuses, status => status.Reason == StatusReason.HubFailed).RetryIn;
        Assert.Equal(milliseconds, wait!.Value.TotalMilliseconds, CultureInfo.InvariantCulture.NumberFormat.NumberDecimalDigits);
        Assert.Equal(Numbers(1, 3), world.Given);
    }

    [Theory]
    [MemberData(nameof(Unusable), DisableDiscoveryEnumeration = true)]
    public void Refuses_options_that_cannot_be_used(Func<TidingsSubscriptionOptions, TidingsSubscriptionOptions> change)
    {
        var thrown = Assert.Throws<OptionsException>(() => new ConsumerWorld().Create(change));
        Assert.Equal("OPTIONS_INVALID", thrown.Code);
        Assert.Matches("expected|Expected", thrown.Message);
    }
}
