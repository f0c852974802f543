using System.Globalization;
using Tidings.Client.Events;

namespace Tidings.Client.Tests.Publish;

public sealed class OneEventTests : PublishTest
{
    public static TheoryData<string> PassingFailures => [.. Passing.Keys];

    private static Dictionary<string, Reaction> Passing { get; } = new()
    {
        ["the network fails"] = ScriptedHub.Down,
        ["the hub is overloaded"] = _ => ScriptedHub.Problem(429, "RATE_LIMITED"),
        ["API Gateway throttles"] = _ => ScriptedHub.Answer(429, """{"message":"Too Many Requests"}"""),
        ["the bus is away"] = ScriptedHub.Busy,
        ["a gateway fails"] = _ => ScriptedHub.Answer(502, "<html>Bad Gateway</html>"),
        ["the answer is none of a hub"] = _ => ScriptedHub.Answer(202, "ok"),
        ["the answer is empty"] = _ => ScriptedHub.Answer(200, string.Empty),
        ["the answer is half an answer"] = _ => ScriptedHub.Answer(202, """{"accepted":[],"rejected":["""),
        ["the answer is about another event"] = _ =>
            ScriptedHub.Answer(202, """{"accepted":[{"id":"x","type":"y"}],"rejected":[]}"""),
        ["the answer is about one event more"] = request => ScriptedHub.Answer(
            202,
            $$"""{"accepted":[{"id":"{{request.Ids[0]}}","type":"bank.test:created@v1"},{"id":"x","type":"y"}],"rejected":[]}"""),
        ["the answer is about no event"] = _ => ScriptedHub.Answer(202, """{"accepted":[],"rejected":[]}"""),
        ["the answer has half a character"] = _ =>
            ScriptedHub.Answer(202, """{"accepted":[{"id":"\ud800","type":"y"}],"rejected":[]}"""),
        ["the answer refuses what was not sent"] = _ =>
            ScriptedHub.Answer(202, """{"accepted":[],"rejected":[{"index":7,"code":"EVENT_MALFORMED"}]}"""),
        ["the answer has no end"] = _ => ScriptedHub.Answer(202, new string(' ', 9 * 1024 * 1024)),
        ["no answer comes"] = ScriptedHub.Never,
    };

    [Fact]
    public async Task Is_sent_in_structured_mode_and_confirmed()
    {
        var client = ClientOf();
        var published = await Run(client.PublishAsync(BankEvent("e1")));
        Assert.Equal(new PublishedEvent("e1", "bank.test:created@v1"), published);
        var request = Assert.Single(Hub.Requests);
        Assert.Equal(new Uri("https://hub.example/v1/events"), request.Url);
        Assert.Equal($"Bearer {Token}", request.Headers.Authorization?.ToString());
        Assert.Equal("application/cloudevents+json", request.ContentType);
    }

    [Fact]
    public async Task Is_refused_as_a_typed_exception_that_says_what_to_do()
    {
        var client = ClientOf(ScriptedHub.RefusingAt("EVENT_DATA_INVALID", 422, 0));
        var exception = await Refusal(client.PublishAsync(BankEvent("e1")));
        Assert.Equal("EVENT_DATA_INVALID", exception.Code);
        Assert.Equal(422, exception.Status);
        Assert.Equal([new Violation("/data/age", "expected a number")], exception.Errors);
        Assert.Equal("e1", exception.EventId);
        Assert.Equal(PublishOutcome.NotAccepted, exception.Outcome);
        Assert.False(exception.IsRetryable);
        Assert.Contains("Mend", exception.Advice, StringComparison.Ordinal);
        Assert.Contains("EVENT_DATA_INVALID", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(413)]
    [InlineData(415)]
    [InlineData(422)]
    public async Task Is_never_sent_again_after_a_refusal(int status)
    {
        var client = ClientOf(_ => ScriptedHub.Answer(status, """{"message":"No"}"""));
        var exception = await Refusal(client.PublishAsync(BankEvent()));
        Assert.Equal((ErrorCodes.RequestRefused, status), (exception.Code, exception.Status));
        Assert.Equal(PublishOutcome.NotAccepted, exception.Outcome);
        Assert.Single(Hub.Requests);
    }

    [Fact]
    public async Task Names_the_property_that_is_null_where_the_schema_wants_a_value()
    {
        var john = new BankTestCreatedV1
        {
            FirstName = "John",
            LastName = null!,
            FavoriteColor = BankTestCreatedV1FavoriteColor.Red,
            RegistrationDate = DateTimeOffset.UnixEpoch,
        };
        var exception = await Refusal(ClientOf().PublishAsync(NewEvents.BankTestCreatedV1("acme", john)));
        Assert.Equal("EVENT_MALFORMED", exception.Code);
        Assert.EndsWith(" at $.LastName", exception.Message, StringComparison.Ordinal);
        Assert.Equal("/data", Assert.Single(exception.Errors).Path);
    }

    [Theory]
    [InlineData("""[{"path":"/data/lastName","message":"expected string, found 4111"}]""", " at /data/lastName")]
    [InlineData("[]", "")]
    public async Task Names_the_places_of_wrong_data_in_the_message_and_never_what_was_found(string errors, string where)
    {
        var problem = $$"""{"code":"EVENT_DATA_INVALID","detail":"/data/lastName expected string, found 4111","errors":{{errors}}}""";
        var exception = await Refusal(ClientOf(_ => ScriptedHub.Answer(422, problem)).PublishAsync(BankEvent()));
        Assert.Equal(
            $"EVENT_DATA_INVALID: The data breaks the schema of its type{where}; Detail and Errors say what was found",
            exception.Message);
        Assert.DoesNotContain("4111", exception.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("found 4111", exception.Detail, StringComparison.Ordinal);
        var result = await Run(ClientOf(_ => ScriptedHub.Answer(422, problem)).PublishAsync([BankEvent()]));
        var thrown = Assert.Throws<PublishException>(result.EnsureAccepted);
        Assert.Contains(exception.Message, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("4111", thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_not_followed_elsewhere()
    {
        var client = ClientOf(_ =>
        {
            var response = ScriptedHub.Answer(307, string.Empty);
            response.Headers.Location = new Uri("https://other.example");
            return response;
        });
        var exception = await Refusal(client.PublishAsync(BankEvent()));
        Assert.Equal((ErrorCodes.RequestRefused, 307), (exception.Code, exception.Status));
        Assert.Single(Hub.Requests);
    }

    [Fact]
    public async Task Is_refused_where_the_HTTP_client_has_followed_a_redirection()
    {
        var client = ClientOf(request =>
        {
            var response = ScriptedHub.Accept(request);
            response.RequestMessage = new HttpRequestMessage(HttpMethod.Post, "https://other.example/v1/events");
            return response;
        });
        var exception = await Refusal(client.PublishAsync(BankEvent()));
        Assert.Equal((ErrorCodes.RequestRefused, PublishOutcome.Unknown), (exception.Code, exception.Outcome));
        Assert.Contains("other.example", exception.Detail, StringComparison.Ordinal);
        Assert.Contains(nameof(TidingsHttp), exception.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PassingFailures))]
    public async Task Is_sent_again_under_the_same_id_when(string what)
    {
        var client = ClientOf(Passing[what], Passing[what]);
        var published = await Run(client.PublishAsync(BankEvent()));
        Assert.Equal([published.Id, published.Id, published.Id], Hub.Ids);
        Assert.Single(Hub.Requests.Select(request => request.Body).Distinct());
    }

    [Fact]
    public async Task Waits_longer_each_time()
    {
        var client = ClientOf(ScriptedHub.Down, ScriptedHub.Down, ScriptedHub.Down, ScriptedHub.Down);
        await Run(client.PublishAsync(BankEvent()));

        // Half of 200, 400, 800 and 1600: chance is a half here.
        Assert.Equal([0, 100, 300, 700, 1500], Hub.Requests.Select(request => request.At.TotalMilliseconds));
        Assert.Equal(4, Watch.Logs.Count(text => text.Contains("NETWORK_FAILED", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("7", 7000)]
    [InlineData("date", 9000)]
    [InlineData("0", 100)]
    [InlineData("-5", 100)]
    [InlineData("soon", 100)]
    public async Task Waits_as_long_as_the_hub_asks_for(string value, int expected)
    {
        var retryAfter = value is "date"
            ? (Time.GetUtcNow() + TimeSpan.FromSeconds(9)).ToString("R", CultureInfo.InvariantCulture)
            : value;
        var client = ClientOf(_ => ScriptedHub.Problem(503, "BUS_UNAVAILABLE", retryAfter));
        await Run(client.PublishAsync(BankEvent()));
        Assert.Equal([0, expected], Hub.Requests.Select(request => request.At.TotalMilliseconds));
    }

    [Fact]
    public async Task Gives_up_at_once_if_the_hub_asks_for_more_time_than_there_is()
    {
        var begun = Time.GetUtcNow();
        var client = ClientOf(_ => ScriptedHub.Problem(429, "RATE_LIMITED", "3600"));
        var exception = await Refusal(client.PublishAsync(BankEvent()));
        Assert.Equal("RATE_LIMITED", exception.Code);
        Assert.True(exception.IsRetryable);
        Assert.Equal(PublishOutcome.NotAccepted, exception.Outcome);
        Assert.Single(Hub.Requests);
        Assert.Equal(begun, Time.GetUtcNow());
    }

    [Fact]
    public async Task Gives_up_after_its_tries_and_says_that_it_may_have_been_accepted()
    {
        var client = ClientOf([.. Enumerable.Repeat(ScriptedHub.Down, 9)]);
        var exception = await Refusal(client.PublishAsync(BankEvent("e1")));
        Assert.Equal((ErrorCodes.NetworkFailed, PublishOutcome.Unknown), (exception.Code, exception.Outcome));
        Assert.Equal(("e1", true), (exception.EventId, exception.IsRetryable));
        Assert.Contains("Connection refused", exception.Detail, StringComparison.Ordinal);
        Assert.Contains("under the same id", exception.Advice, StringComparison.Ordinal);
        Assert.Equal(5, Hub.Requests.Count);
    }

    [Fact]
    public async Task May_have_been_accepted_if_an_earlier_answer_was_lost_whatever_the_last_one_says()
    {
        var client = ClientOf(ScriptedHub.Down, _ => ScriptedHub.Problem(403, "SCOPE_MISSING"));
        var exception = await Refusal(client.PublishAsync(BankEvent()));
        Assert.Equal(("SCOPE_MISSING", PublishOutcome.Unknown), (exception.Code, exception.Outcome));
    }

    [Theory]
    [InlineData(45, ErrorCodes.NetworkFailed)]
    [InlineData(1, ErrorCodes.TimedOut)]
    public async Task Ends_with_the_time_for_the_call(int seconds, string code)
    {
        var begun = Time.GetUtcNow();
        var timing = new PublishTiming { Budget = TimeSpan.FromSeconds(seconds) };
        var client = ClientOf(() => new(Token), timing, ScriptedHub.Never, ScriptedHub.Never);
        var exception = await Refusal(client.PublishAsync(BankEvent()));
        Assert.Equal((code, PublishOutcome.Unknown), (exception.Code, exception.Outcome));
        Assert.Equal(TimeSpan.FromSeconds(seconds), Time.GetUtcNow() - begun);
    }

    [Fact]
    public async Task Is_no_null()
    {
        var client = ClientOf();
        var exception = await Refusal(client.PublishAsync((NewEvent)null!));
        Assert.Equal("EVENT_MALFORMED", exception.Code);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task Is_refused_here_if_it_is_too_large_with_both_sizes()
    {
        var client = ClientOf();
        var exception = await Refusal(client.PublishAsync(BankEvent(lastName: new string('Å', 122_880))));
        Assert.Equal("EVENT_TOO_LARGE", exception.Code);
        Assert.Contains("reference", exception.Advice, StringComparison.Ordinal);
        Assert.Matches(@"at most 245760 bytes as JSON, found 24\d{4}", exception.Detail);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task Can_be_ended_by_its_caller_who_learns_its_id_and_what_may_have_become_of_it()
    {
        using var stop = new CancellationTokenSource();
        var client = ClientOf(ScriptedHub.Never);
        var call = client.PublishAsync(BankEvent("e1"), stop.Token);
        await stop.CancelAsync();
        var cancelled = await Assert.ThrowsAsync<OperationCanceledException>(() => Run(call));
        Assert.Equal(stop.Token, cancelled.CancellationToken);
        var reason = Assert.IsType<PublishException>(cancelled.InnerException);
        Assert.Equal((ErrorCodes.Aborted, "e1", PublishOutcome.Unknown), (reason.Code, reason.EventId, reason.Outcome));
        Watch.See(cancelled);
    }

    [Fact]
    public async Task Can_be_ended_while_it_waits_for_another_try()
    {
        using var stop = new CancellationTokenSource();
        var client = ClientOf(ScriptedHub.Down);
        var call = client.PublishAsync(BankEvent(), stop.Token);
        Time.Advance(TimeSpan.FromMilliseconds(50));
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => Run(call));
        Assert.Single(Hub.Requests);
        Assert.Equal(0, Time.PendingTimers);
    }

    [Fact]
    public async Task Is_not_sent_if_the_call_has_ended_before()
    {
        var client = ClientOf();
        var call = client.PublishAsync(BankEvent(), new CancellationToken(canceled: true));
        var cancelled = await Assert.ThrowsAsync<OperationCanceledException>(() => Run(call));
        Assert.Equal(PublishOutcome.NotAccepted, Assert.IsType<PublishException>(cancelled.InnerException).Outcome);
        Assert.Empty(Hub.Requests);
    }
}
