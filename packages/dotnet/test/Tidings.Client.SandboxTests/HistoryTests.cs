using Tidings.Client.SandboxTests.Support;

namespace Tidings.Client.SandboxTests;

[Collection(nameof(Hub))]
public sealed class HistoryTests(Hub hub)
{
    [Fact]
    public async Task Reads_every_example_page_by_page_by_id_and_since_a_time()
    {
        var tenant = Hub.NewTenant("history");
        var tokens = hub.Tokens(tenant);
        var begun = DateTimeOffset.UtcNow;
        List<NewEvent> events =
        [
            .. Repository.SchemaExamples.Select((example, index) =>
                NewEvent.FromJson(example.Type, tenant, example.Data) with { Id = $"event/{index}?{Guid.NewGuid()}", Subject = $"a,{index}" }),
        ];
        (await hub.Publisher(tokens).PublishAsync(events)).EnsureAccepted();
        await RecordedAsync(tokens, events.Count);
        var history = new TidingsHistory(hub.Http, new TidingsHubOptions { ApiUrl = hub.Target.ApiUrl }, tokens);

        List<RecordedEvent> all = [];
        await foreach (var recorded in history.EventsAsync(new HistoryQuery { Limit = 3 }))
            all.Add(recorded);

        Assert.Equal(events.Select(one => one.Id!).Order(StringComparer.Ordinal), all.Select(one => one.Id).Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(1, all.Count).Select(number => (long)number), all.Select(one => one.Sequence));
        Assert.Equal(all.Select(one => one.Id), (await history.PageAsync(new HistoryQuery { Since = begun.AddMinutes(-5) })).Events.Select(one => one.Id));
        Assert.Empty((await history.PageAsync(new HistoryQuery { Since = begun.AddHours(1) })).Events);
        var third = all[2];
        var found = await history.EventAsync(third.Id);
        Assert.Equal((third.Type, third.Sequence, third.Subject), (found!.Type, found.Sequence, found.Subject));
        Assert.Equal(third.Data.GetRawText(), found.Data.GetRawText());
        Assert.Null(await history.EventAsync("nobody"));

        var query = new HistoryQuery { Filter = new EventFilter { Types = [third.Type], Subjects = [third.Subject!] } };
        Assert.Equal([third.Id], (await history.PageAsync(query)).Events.Select(one => one.Id));
        var page = await history.PageAsync(new HistoryQuery { Limit = 2 });
        Assert.Equal(3, (await history.PageAsync(new HistoryQuery { After = page.Next, Limit = 1 })).Events[0].Sequence);
    }

    [Fact]
    public async Task Says_that_a_cursor_is_of_another_history_and_who_may_not_read()
    {
        var tenant = Hub.NewTenant("cut");
        var tokens = hub.Tokens(tenant);
        await hub.Publisher(tokens).PublishAsync(Persons.NewJohn(tenant));
        await RecordedAsync(tokens, 1);
        var options = new TidingsHubOptions { ApiUrl = hub.Target.ApiUrl };
        var history = new TidingsHistory(hub.Http, options, tokens);

        var cut = await Assert.ThrowsAsync<HubException>(
            () => history.PageAsync(new HistoryQuery { After = new Cursor("another", 1) }));
        Assert.Equal((HubCodes.HistoryCut, ResetReason.Epoch, 1, 1), (cut.Code, cut.Cut!.Reason, cut.Cut.Oldest, cut.Cut.Head));
        var blind = new TidingsHistory(hub.Http, options, hub.TokensOfScope(tenant, "bank"));
        var refused = await Assert.ThrowsAsync<HubException>(() => blind.PageAsync());
        Assert.Equal((HubCodes.ScopeMissing, 403), (refused.Code, refused.Status));
        var forged = new TidingsHistory(hub.Http, options, new FixedToken("secret.of.nobody"));
        refused = await Assert.ThrowsAsync<HubException>(() => forged.PageAsync());
        Assert.Equal(401, refused.Status);
        Assert.DoesNotContain("secret.of.nobody", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_another_tenant_nothing()
    {
        var tenant = Hub.NewTenant("secretive");
        var published = await hub.Publisher(hub.Tokens(tenant)).PublishAsync(Persons.NewJohn(tenant));
        await RecordedAsync(hub.Tokens(tenant), 1);
        var options = new TidingsHubOptions { ApiUrl = hub.Target.ApiUrl };
        var foreign = new TidingsHistory(hub.Http, options, hub.Tokens(Hub.NewTenant("curious")));
        Assert.Null(await foreign.EventAsync(published.Id));
        Assert.Empty((await foreign.PageAsync()).Events);
    }

    private async Task RecordedAsync(ITokenSource tokens, int count)
    {
        await using var consumer = new Consumption(hub, tokens, options => options with { Name = "recorded" });
        await consumer.ReadAsync(count);
    }
}
