using System.Text;

namespace Tidings.Client.Tests.Publish;

public sealed class ListTests : PublishTest
{
    [Fact]
    public async Task Is_nothing_to_do_if_it_is_empty()
    {
        var client = ClientOf();
        var result = await Run(client.PublishAsync([]));
        Assert.Empty(result.Accepted);
        Assert.Empty(result.EnsureAccepted().Rejected);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task Goes_in_batches_of_as_many_as_the_hub_takes_in_order()
    {
        var client = ClientOf();
        var result = await Run(client.PublishAsync(BankEvents(250)));
        Assert.Equal([100, 100, 50], Hub.Requests.Select(request => request.Events.Count));
        Assert.Equal("application/cloudevents-batch+json", Hub.Requests[0].ContentType);
        Assert.Equal(Hub.Requests.SelectMany(request => request.Ids), result.Accepted.Select(accepted => accepted.Id));
        Assert.Equal(Enumerable.Range(0, 250), result.Accepted.Select(accepted => accepted.Index));
        Assert.Empty(result.Rejected);
    }

    [Fact]
    public async Task Is_split_by_bytes_too()
    {
        var client = ClientOf();
        var large = new string('x', 200_000);
        await Run(client.PublishAsync(Enumerable.Range(0, 45).Select(_ => BankEvent(lastName: large))));
        Assert.Equal([20, 20, 5], Hub.Requests.Select(request => request.Events.Count));
        Assert.All(Hub.Requests, request => Assert.InRange(Encoding.UTF8.GetByteCount(request.Body), 1, Limits.BatchBytes));
    }

    [Fact]
    public async Task Is_told_of_event_by_event_what_is_refused_here_what_there_and_what_is_accepted()
    {
        var client = ClientOf(ScriptedHub.RefusingAt("TENANT_MISMATCH", 403, 1));
        var wrong = NewEvent.FromJson("nothing.such:done@v1", "acme", default) with { Id = "b" };
        var result = await Run(client.PublishAsync([BankEvent("a"), wrong, BankEvent("c"), null!]));
        Assert.Equal([new AcceptedEvent(0, "a", "bank.test:created@v1")], result.Accepted);
        Assert.Equal(
            [(1, "b", "EVENT_TYPE_UNKNOWN", null), (2, "c", "TENANT_MISMATCH", 403), (3, null, "EVENT_MALFORMED", default(int?))],
            result.Rejected.Select(rejected => (rejected.Index, rejected.Id, rejected.Code, rejected.Status)));
        Assert.Contains("tenant", result.Rejected[1].Advice, StringComparison.Ordinal);
        var exception = Assert.Throws<PublishException>(result.EnsureAccepted);
        Assert.Equal(("BATCH_REFUSED", "b"), (exception.Code, exception.EventId));
        Assert.Contains("3 of 4 events are not accepted; the first is event 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Has_only_those_sent_again_that_failed_for_the_moment()
    {
        var client = ClientOf(
            ScriptedHub.RefusingAt("BUS_UNAVAILABLE", 503, 1, 3), ScriptedHub.RefusingAt("BUS_UNAVAILABLE", 503, 0));
        var result = await Run(client.PublishAsync(BankEvents(5)));
        Assert.Equal(["0 1 2 3 4", "1 3", "1"], Hub.Ids);
        Assert.Equal(["0", "1", "2", "3", "4"], result.Accepted.Select(accepted => accepted.Id));
        Assert.Empty(result.Rejected);
    }

    [Fact]
    public async Task Goes_on_with_what_failed_before_what_follows()
    {
        var client = ClientOf(ScriptedHub.RefusingAt("BUS_UNAVAILABLE", 503, 5));
        var result = await Run(client.PublishAsync(BankEvents(250)));
        Assert.Equal(
            [("0", "99"), ("5", "198"), ("199", "249")],
            Hub.Requests.Select(request => (request.Ids[0], request.Ids[^1])));
        Assert.Equal(250, result.Accepted.Count);
    }

    [Fact]
    public async Task Tells_which_events_were_tried_again_in_vain()
    {
        var client = ClientOf([.. Enumerable.Repeat(ScriptedHub.RefusingAt("BUS_UNAVAILABLE", 503, 0), 9)]);
        var result = await Run(client.PublishAsync(BankEvents(2)));
        Assert.Equal("1", Assert.Single(result.Accepted).Id);
        var rejected = Assert.Single(result.Rejected);
        Assert.Equal(("0", "BUS_UNAVAILABLE", true), (rejected.Id, rejected.Code, rejected.IsRetryable));
        Assert.Equal(PublishOutcome.Unknown, rejected.Outcome);
        Assert.Equal(5, Hub.Requests.Count);
    }

    [Fact]
    public async Task Has_its_events_sent_one_by_one_if_the_hub_refuses_them_together_and_says_not_whose_fault_it_is()
    {
        Reaction strange = request => request.Ids.Contains("1")
            ? ScriptedHub.Problem(400, "JSON_TOO_DEEP")
            : ScriptedHub.Accept(request);
        var client = ClientOf([.. Enumerable.Repeat(strange, 9)]);
        var result = await Run(client.PublishAsync(BankEvents(4)));
        Assert.Equal(["0", "2", "3"], result.Accepted.Select(accepted => accepted.Id));
        var rejected = Assert.Single(result.Rejected);
        Assert.Equal(("1", "JSON_TOO_DEEP", PublishOutcome.NotAccepted), (rejected.Id, rejected.Code, rejected.Outcome));
    }

    [Fact]
    public async Task Is_given_up_as_a_whole_when_the_hub_cannot_be_reached_and_what_was_never_sent_is_known_not_to_be_there()
    {
        var client = ClientOf([request => ScriptedHub.Accept(request), .. Enumerable.Repeat(ScriptedHub.Down, 9)]);
        var result = await Run(client.PublishAsync(BankEvents(250)));
        Assert.Equal(100, result.Accepted.Count);
        Assert.All(result.Rejected.Take(100), rejected => Assert.Equal(PublishOutcome.Unknown, rejected.Outcome));
        Assert.All(result.Rejected.Skip(100), rejected => Assert.Equal(PublishOutcome.NotAccepted, rejected.Outcome));
        Assert.All(result.Rejected, rejected => Assert.Equal(ErrorCodes.NetworkFailed, rejected.Code));
        Assert.Equal(6, Hub.Requests.Count);
    }

    [Fact]
    public async Task Can_be_ended_by_its_caller_and_says_what_is_known_by_then()
    {
        using var stop = new CancellationTokenSource();
        var client = ClientOf(request => ScriptedHub.Accept(request), ScriptedHub.Never);
        var call = client.PublishAsync(BankEvents(250), stop.Token);
        await stop.CancelAsync();
        var result = await Run(call);
        Assert.Equal(100, result.Accepted.Count);
        Assert.All(result.Rejected, rejected => Assert.Equal(ErrorCodes.Aborted, rejected.Code));
        Assert.Equal(
            [.. Enumerable.Repeat(PublishOutcome.Unknown, 100), .. Enumerable.Repeat(PublishOutcome.NotAccepted, 50)],
            result.Rejected.Select(rejected => rejected.Outcome));
        Assert.Equal(2, Hub.Requests.Count);
    }
}
