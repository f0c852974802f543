using System.Diagnostics;

namespace Tidings.Client.Tests.Publish;

public sealed class TraceTests : PublishTest
{
    [Fact]
    public async Task Of_an_event_is_that_of_its_own_span_whose_end_says_what_became_of_it()
    {
        Watch.ListenToSpans();
        using var caller = new Activity("caller").Start();
        var client = ClientOf(ScriptedHub.RefusingAt("EVENT_DATA_INVALID", 422, 1));
        await Run(client.PublishAsync([BankEvent("a"), BankEvent("b")]));
        Assert.Same(caller, Activity.Current);

        var spans = Watch.Spans.Where(span => span.TraceId == caller.TraceId).ToList();
        Assert.Equal(
            Hub.Requests[0].Events.Select(sent => sent.GetProperty("traceparent").GetString()),
            spans.Select(span => span.Id));
        Assert.All(spans, span =>
        {
            Assert.Equal(("publish bank.test:created@v1", ActivityKind.Producer), (span.DisplayName, span.Kind));
            Assert.Equal(caller.SpanId, span.ParentSpanId);
            Assert.Equal("tidings", span.GetTagItem("messaging.system"));
        });
        Assert.Equal(["a", "b"], spans.Select(span => span.GetTagItem("messaging.message.id")));
        Assert.Equal(
            [(ActivityStatusCode.Unset, null), (ActivityStatusCode.Error, "EVENT_DATA_INVALID")],
            spans.Select(span => (span.Status, span.GetTagItem("error.type") as string)));
    }

    [Fact]
    public async Task Of_an_event_is_the_callers_where_nobody_listens()
    {
        using var caller = new Activity("caller").Start();
        var client = ClientOf();
        await Run(client.PublishAsync(BankEvent()));
        Assert.Equal(caller.Id, Hub.Requests[0].Events[0].GetProperty("traceparent").GetString());
    }

    [Fact]
    public async Task Of_an_event_yields_to_one_that_the_caller_gives()
    {
        const string given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        using var caller = new Activity("caller").Start();
        var client = ClientOf();
        await Run(client.PublishAsync(BankEvent() with { TraceParent = given }));
        Assert.Equal(given, Hub.Requests[0].Events[0].GetProperty("traceparent").GetString());
    }

    [Fact]
    public void Of_who_handles_an_event_goes_on_with_that_of_who_published_it()
    {
        Watch.ListenToSpans();
        using var caller = new Activity("caller").Start();
        var received = Received("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        using (var span = TidingsDiagnostics.StartProcess(received, "billing"))
        {
            Assert.NotNull(span);
            Assert.Equal(("process bank.test:created@v1", ActivityKind.Consumer), (span.DisplayName, span.Kind));
            Assert.Equal(received.TraceParent, span.ParentId);
            Assert.Equal(caller.SpanId, Assert.Single(span.Links).Context.SpanId);
            Assert.Equal("billing", span.GetTagItem("messaging.destination.subscription.name"));
        }

        Assert.Same(caller, Activity.Current);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no trace")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-00")]
    public void Of_who_handles_an_event_is_the_current_one_where_the_event_has_none(string? traceParent)
    {
        Watch.ListenToSpans();
        using var caller = new Activity("caller").Start();
        using var span = TidingsDiagnostics.StartProcess(Received(traceParent));
        Assert.Equal(caller.SpanId, span?.ParentSpanId);
        Assert.Empty(span!.Links);
    }

    [Fact]
    public async Task Are_not_begun_for_a_list_that_cannot_be_read_to_its_end()
    {
        var begun = 0;
        using var caller = new Activity("caller").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is TidingsDiagnostics.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => begun += activity.TraceId == caller.TraceId ? 1 : 0,
        };
        ActivitySource.AddActivityListener(listener);
        await Assert.ThrowsAsync<InvalidDataException>(() => ClientOf().PublishAsync(Broken()));
        Assert.Equal(0, begun);
        Assert.Empty(Hub.Requests);

        static IEnumerable<NewEvent> Broken()
        {
            yield return BankEvent();
            throw new InvalidDataException("the list cannot be read");
        }
    }

    private static RecordedEvent Received(string? traceParent) => new()
    {
        Id = "e1",
        Type = "bank.test:created@v1",
        Source = "com.tidings.bank",
        TenantId = "acme",
        Sequence = 1,
        Time = DateTimeOffset.UnixEpoch,
        RecordedTime = DateTimeOffset.UnixEpoch,
        TraceParent = traceParent,
    };
}
