using System.Net;
using System.Text;
using System.Text.Json;
using static Tidings.Client.Tests.ScriptedApi;

namespace Tidings.Client.Tests;

[Collection(ClockTests.Name)]
public sealed class HubCallsTests
{
    private const string Fine = """{"ok":true}""";
    private static readonly HubRequest s_get = HubRequest.Get("/things");
    private static readonly HubRequest s_post = new(HttpMethod.Post, "/things")
    {
        Body = Encoding.UTF8.GetBytes("""{"a":1}"""),
        IsRepeatable = false,
    };

    public static TheoryData<string> Failures => ["busy", "down", "cut off", "never", "a redirecting proxy's error"];

    [Fact]
    public async Task Sends_the_token_as_a_header_and_gives_the_json_of_the_answer()
    {
        var world = new World(Answer(200, Fine));
        var answer = await world.CallAsync(s_post);
        Assert.True(answer.GetProperty("ok").GetBoolean());
        Assert.Equal([new AskedRequest("POST", "/things", "token-Connect", """{"a":1}""", TimeSpan.Zero)], world.Api.Requests);
        Assert.Equal(0, world.Clock.PendingTimers);
    }

    [Fact]
    public async Task Gives_nothing_for_an_answer_without_content() =>
        Assert.Equal(JsonValueKind.Undefined, (await new World(Answer(204)).CallAsync(s_get)).ValueKind);

    [Fact]
    public async Task Asks_for_one_token_for_all_who_wait_for_it_and_keeps_it()
    {
        var gate = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var world = new World(new FakeTokens((_, _) => new ValueTask<string>(gate.Task)), Answer(200, Fine));
        var both = Task.WhenAll(world.CallAsync(s_get), world.CallAsync(s_get));
        gate.SetResult("kept");
        await both;
        await world.CallAsync(s_get);
        var asked = Assert.Single(world.Tokens.Asked);
        Assert.Equal(["events:read"], asked.Scopes);
        Assert.Equal(["kept", "kept", "kept"], world.Api.Requests.Select(request => request.Token));
    }

    [Fact]
    public async Task Asks_for_another_token_once_when_the_hub_does_not_take_the_last_also_of_what_may_not_be_repeated()
    {
        var world = new World(Problem(401, "TOKEN_EXPIRED"), Answer(200, Fine));
        await world.CallAsync(s_post);
        Assert.Equal(["token-Connect", "token-Refused"], world.Api.Requests.Select(request => request.Token));
        var never = new World(Problem(401, "TOKEN_EXPIRED"));
        var error = await never.FailAsync(s_get);
        Assert.Equal(("TOKEN_EXPIRED", 401, false), (error.Code, error.Status, error.IsRetryable));
        Assert.Equal(2, never.Api.Requests.Count);
    }

    [Fact]
    public async Task Asks_a_token_source_again_that_had_no_network_as_publishing_does()
    {
        var failures = 1;
        var world = new World(
            new FakeTokens((_, _) => failures-- > 0 ? throw new HttpRequestException("no network") : new("late")),
            Answer(200, Fine));
        await world.CallAsync(s_get);
        Assert.Equal(["late"], world.Api.Requests.Select(request => request.Token));
    }

    [Fact]
    public async Task Waits_until_the_time_that_the_hub_names()
    {
        World? world = null;
        var isFirst = true;
        world = new World(request =>
        {
            var answer = (isFirst ? Problem(503, "BUS_UNAVAILABLE") : Answer(200, Fine))(request)!;
            answer.Headers.RetryAfter = isFirst ? new(world!.Clock.GetUtcNow().AddSeconds(7)) : null;
            isFirst = false;
            return answer;
        });
        await world.CallAsync(s_get);
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromSeconds(7)], world.Api.Requests.Select(request => request.At));
    }

    [Fact]
    public async Task Asks_for_another_token_before_the_last_one_ends()
    {
        World? world = null;
        world = new World(
            new FakeTokens((request, _) =>
            {
                var lasts = request.Reason == TokenReason.Connect ? 60 : 600;
                var end = world!.Clock.GetUtcNow().ToUnixTimeSeconds() + lasts;
                var claims = Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"exp":{{end}}}"""));
                return new ValueTask<string>($"{request.Reason}.{claims.TrimEnd('=')}.x");
            }),
            Answer(200, Fine));
        await world.CallAsync(s_get);
        await world.CallAsync(s_get);
        world.Clock.Advance(TimeSpan.FromSeconds(55));
        await world.CallAsync(s_get);
        Assert.Equal(["Connect", "Connect", "Renew"], world.Api.Requests.Select(request => request.Token.Split('.')[0]));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Tries_again_after_what_may_pass_with_growing_waits(string failure)
    {
        Func<AskedRequest, HttpResponseMessage?> reaction = failure switch
        {
            "busy" => Problem(503, "BUS_UNAVAILABLE"),
            "down" => Down,
            "cut off" => Answer(200, """{"ok":"""),
            "never" => Never,
            _ => Answer(502, "<html>"),
        };
        var world = new World(reaction, reaction, Answer(200, Fine));
        await world.CallAsync(s_get, silentAfter: 2);
        var times = world.Api.Requests.Select(request => request.At.TotalMilliseconds).ToList();
        Assert.Equal(3, times.Count);
        Assert.Equal(times[2] - times[1], times[1] - times[0] + 100);
        Assert.Equal(0, world.Clock.PendingTimers);
    }

    [Fact]
    public async Task Waits_as_long_as_the_hub_asks_but_not_longer_than_the_call_may_take()
    {
        var world = new World(Problem(429, "RATE_LIMITED", retryAfter: 10), Answer(200, Fine));
        await world.CallAsync(s_post);
        Assert.Equal(TimeSpan.FromSeconds(10), world.Api.Requests[1].At);
        var later = new World(Problem(429, "RATE_LIMITED", retryAfter: 100));
        var error = await later.FailAsync(s_post);
        Assert.Equal(("RATE_LIMITED", TimeSpan.FromSeconds(100)), (error.Code, error.RetryAfter));
        Assert.Single(later.Api.Requests);
    }

    [Theory]
    [InlineData(true, "BUS_UNAVAILABLE")]
    [InlineData(false, "NETWORK_FAILED")]
    public async Task Does_not_repeat_what_may_have_been_done(bool isAnswered, string code)
    {
        var world = new World(isAnswered ? Problem(503, "BUS_UNAVAILABLE") : Down);
        var error = await world.FailAsync(s_post);
        Assert.Equal((code, true), (error.Code, error.IsRetryable));
        Assert.Single(world.Api.Requests);
    }

    [Fact]
    public async Task Gives_up_after_some_tries_with_the_last_reason()
    {
        var world = new World(Problem(503, "BUS_UNAVAILABLE"));
        var error = await world.FailAsync(s_get);
        Assert.Equal(("BUS_UNAVAILABLE", 503, true), (error.Code, error.Status, error.IsRetryable));
        Assert.Equal(5, world.Api.Requests.Count);
    }

    [Fact]
    public async Task Takes_a_code_of_a_repeated_call_for_a_sign_that_the_first_did_its_work()
    {
        var deletion = new HubRequest(HttpMethod.Delete, "/things") { DoneBy = "SUBSCRIPTION_NOT_FOUND" };
        var gone = Problem(404, "SUBSCRIPTION_NOT_FOUND");
        await new World(Down, gone).CallAsync(deletion);
        Assert.Equal("SUBSCRIPTION_NOT_FOUND", (await new World(gone).FailAsync(deletion)).Code);

        // A new token is no repetition: what was refused was not done.
        var refused = new World(Problem(401, "TOKEN_EXPIRED"), gone);
        Assert.Equal("SUBSCRIPTION_NOT_FOUND", (await refused.FailAsync(deletion)).Code);
    }

    [Fact]
    public async Task Tells_what_the_hub_says_with_each_thing_that_was_wrong()
    {
        var world = new World(Answer(400, """
            {"status":400,"code":"QUERY_INVALID","detail":"The query cannot be used","more":7,
             "errors":[{"path":"/limit","message":"expected one whole number"},{"path":5},null]}
            """));
        var error = await world.FailAsync(s_get);
        Assert.Equal(("QUERY_INVALID", 400, false), (error.Code, error.Status, error.IsRetryable));
        Assert.Equal("The hub answers 400 QUERY_INVALID: The query cannot be used", error.Message);
        Assert.Equal([new Violation("/limit", "expected one whole number")], error.Errors);
        Assert.Equal(7, error.Problem!.Value.GetProperty("more").GetInt32());
    }

    [Theory]
    [InlineData(403, "<html>a proxy</html>", "REQUEST_REFUSED")]
    [InlineData(302, "", "REQUEST_REFUSED")]
    [InlineData(429, "", "RATE_LIMITED")]
    [InlineData(502, """{"message":"Internal server error"}""", "HUB_UNAVAILABLE")]
    [InlineData(400, """{"code":"in words"}""", "REQUEST_REFUSED")]
    [InlineData(400, """{"code":"\ud800","detail":"\ud800"}""", "REQUEST_REFUSED")]
    public async Task Names_an_answer_that_is_not_the_hubs_by_a_code_of_its_own(int status, string text, string code)
    {
        var error = await new World(Answer(status, text)).FailAsync(s_get);
        Assert.Equal((code, status), (error.Code, error.Status));
        Assert.Null(error.Problem);
    }

    [Fact]
    public async Task Takes_no_answer_from_where_it_was_redirected_to()
    {
        var world = new World(_ => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StringContent(Fine),
            RequestMessage = new HttpRequestMessage(HttpMethod.Get, "https://elsewhere.example/v1/things"),
        });
        var error = await world.FailAsync(s_get);
        Assert.Equal(("REQUEST_REFUSED", false), (error.Code, error.IsRetryable));
        Assert.Contains("elsewhere.example", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_when_the_caller_ends_it_before_and_while_it_waits_for_an_answer_or_to_try_again()
    {
        using var source = new CancellationTokenSource();
        var silent = new World(Never);
        var waiting = silent.Calls.CallAsync(s_get, source.Token);
        await silent.Clock.RunUntilAsync(() => silent.Api.IsSilent);
        await source.CancelAsync();
        var ended = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(source.Token, ended.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => silent.Calls.CallAsync(s_get, source.Token));
        Assert.Single(silent.Api.Requests);

        using var other = new CancellationTokenSource();
        var busy = new World(_ =>
        {
            other.CancelAfter(TimeSpan.Zero);
            return Problem(503, "BUS_UNAVAILABLE", retryAfter: 40)(_);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => busy.Calls.CallAsync(s_get, other.Token));
        Assert.Equal((0, 0), (silent.Clock.PendingTimers, busy.Clock.PendingTimers));
    }

    [Fact]
    public async Task Does_not_wait_for_ever_for_a_token_and_asks_anew_for_it()
    {
        var world = new World(
            new FakeTokens((_, _) => new ValueTask<string>(new TaskCompletionSource<string>().Task)),
            Answer(200, Fine));
        var call = world.Calls.CallAsync(s_get, default);
        await world.Clock.RunUntilAsync(() => world.Tokens.Asked.Count == 1);
        var error = await Assert.ThrowsAsync<HubException>(() => world.Clock.RunAsync(call, () => true));
        Assert.Equal(("TOKEN_FAILED", true), (error.Code, error.IsRetryable));
        Assert.Equal(3, world.Tokens.Asked.Count);
        Assert.Empty(world.Api.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("secret-of-the-test\r\nX-Evil: 1")]
    public async Task Sends_no_token_that_cannot_stand_in_a_header_and_does_not_repeat_it(string token)
    {
        var world = new World(new FakeTokens((_, _) => new ValueTask<string>(token)), Answer(200, Fine));
        var error = await world.FailAsync(s_get);
        Assert.Equal("TOKEN_FAILED", error.Code);
        Assert.DoesNotContain("secret-of-the-test", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(world.Api.Requests);
    }

    [Fact]
    public async Task Says_why_there_is_no_token()
    {
        var world = new World(new FakeTokens((_, _) => throw new InvalidOperationException("no key")), Answer(200, Fine));
        var error = await world.FailAsync(s_get);
        Assert.Equal(("TOKEN_FAILED", "The token source failed: no key", false), (error.Code, error.Detail, error.IsRetryable));
        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Fact]
    public async Task Never_shows_a_token_that_whoever_sends_the_request_quotes()
    {
        var world = new World(request => throw new HttpRequestException($"Cannot send Bearer {request.Token}"));
        var error = await world.FailAsync(s_post);
        Assert.Equal("NETWORK_FAILED: The hub could not be reached: Cannot send Bearer ***", error.Message);
        Assert.DoesNotContain("token-Connect", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Never_shows_a_token_that_a_proxy_quotes()
    {
        var world = new World(request => Answer(403, $$"""{"code":"NO_ENTRY","detail":"refused: Bearer {{request.Token}}"}""")(request));
        var error = await world.FailAsync(s_get);
        Assert.Equal("refused: Bearer ***", error.Detail);
        Assert.DoesNotContain("token-Connect", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("token-Connect", error.Problem!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "ANSWER_INVALID")]
    [InlineData(403, "REQUEST_REFUSED")]
    public async Task Does_not_read_an_answer_without_end(int status, string code)
    {
        var read = 0L;
        using var body = new EndlessStream(count => read += count);
        var world = new World(_ => new HttpResponseMessage((HttpStatusCode)status) { Content = new StreamContent(body) });
        var error = await world.FailAsync(s_post);
        Assert.Equal(code, error.Code);
        Assert.InRange(read, 1, 16 * 1024 * 1024);
    }

    [Theory]
    [InlineData("https://hub.example", null)]
    [InlineData("http://localhost:4000/", null)]
    [InlineData("http://127.0.0.1:4000", null)]
    [InlineData("http://hub.example", "found one of http://hub.example")]
    [InlineData("https://me:secret@hub.example", "found one of https://hub.example")]
    [InlineData("hub.example", "found none")]
    [InlineData("", "found none")]
    [InlineData(null, "found none")]
    public void Sends_tokens_only_where_nobody_reads_them_on_the_way(string? url, string? problem)
    {
        var found = HubUrl.Problem(url);
        Assert.Equal(problem is null, found is null);
        Assert.EndsWith(problem ?? "", found ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("billing", "/subscriptions/billing/events")]
    [InlineData("a/b", "/subscriptions/a%252Fb/events")]
    [InlineData("50%", "/subscriptions/50%2525/events")]
    [InlineData("..", "/subscriptions/%252E%252E/events")]
    public void Names_a_subscription_so_that_it_stays_one_step_of_a_path(string name, string path)
    {
        Assert.Equal(path, HubPath.Subscription(name, "/events"));
        Assert.Equal(path, new Uri($"https://hub.example{path}").AbsolutePath);
    }

    private sealed class World
    {
        public World(params Func<AskedRequest, HttpResponseMessage?>[] script)
            : this(new FakeTokens(), script)
        {
        }

        public World(FakeTokens tokens, params Func<AskedRequest, HttpResponseMessage?>[] script)
        {
            Tokens = tokens;
            Api = new ScriptedApi(Clock, script);
            var options = new TidingsHubOptions
            {
                ApiUrl = $"{ScriptedApi.Url}/",
                Timing = new CallTiming { Budget = TimeSpan.FromSeconds(90) },
                Random = () => 0.5,
            };
            Calls = new HubCalls(new HttpClient(Api), options, tokens, ["events:read"], timeProvider: Clock);
        }

        public ManualTimeProvider Clock { get; } = new();

        public FakeTokens Tokens { get; }

        public ScriptedApi Api { get; }

        public HubCalls Calls { get; }

        public Task<JsonElement> CallAsync(HubRequest request, int silentAfter = 0) =>
            Clock.RunAsync(Calls.CallAsync(request, default), () => silentAfter > 0 && Api.IsSilent);

        public Task<HubException> FailAsync(HubRequest request) =>
            Assert.ThrowsAsync<HubException>(() => CallAsync(request));
    }
}
