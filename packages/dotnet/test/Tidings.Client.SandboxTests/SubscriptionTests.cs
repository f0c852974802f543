using Tidings.Client.SandboxTests.Support;

namespace Tidings.Client.SandboxTests;

[Collection(nameof(Hub))]
public sealed class SubscriptionTests(Hub hub)
{
    [Fact]
    public async Task Creates_shows_pauses_acknowledges_and_deletes_one()
    {
        var tenant = Hub.NewTenant("manage");
        var subscriptions = Subscriptions(hub.Tokens(tenant));
        var filter = new EventFilter { Types = ["bank.*"], Subjects = ["a,b"] };
        var wanted = new NewSubscription { Name = "billing/50%ü?", Filter = filter, Start = StartFrom.Oldest };

        var created = await subscriptions.CreateAsync(wanted);

        Assert.Equal((wanted.Name, SubscriptionStatus.Active, new Cursor("", 0)), (created.Name, created.Status, created.Cursor));
        Assert.Equal(filter.Subjects, created.Filter.Subjects);
        var exists = await Assert.ThrowsAsync<HubException>(() => subscriptions.CreateAsync(wanted));
        Assert.Equal(HubCodes.SubscriptionExists, exists.Code);
        var paused = await subscriptions.UpdateAsync(wanted.Name, new SubscriptionUpdate { Status = SubscriptionStatus.Paused });
        Assert.Equal(SubscriptionStatus.Paused, paused.Status);
        Assert.Equal([wanted.Name], (await subscriptions.ListAsync()).Select(one => one.Name));
        await subscriptions.UpdateAsync(
            wanted.Name, new SubscriptionUpdate { Status = SubscriptionStatus.Active, Filter = new EventFilter() });
        await hub.Publisher(hub.Tokens(tenant)).PublishAsync(Persons.NewJohn(tenant));
        await using (var consumer = new Consumption(hub, hub.Tokens(tenant)))
        {
            await consumer.ReadAsync(1);
        }

        Assert.Equal(1, (await subscriptions.AcknowledgeAsync(wanted.Name, 1)).Sequence);
        var beyond = await Assert.ThrowsAsync<HubException>(() => subscriptions.AcknowledgeAsync(wanted.Name, 2));
        Assert.Equal(HubCodes.AckBeyondHead, beyond.Code);
        var foreign = await Assert.ThrowsAsync<HubException>(
            () => subscriptions.AcknowledgeAsync(wanted.Name, new Cursor("another", 1)));
        Assert.Equal(HubCodes.EpochMismatch, foreign.Code);
        await subscriptions.DeleteAsync(wanted.Name);
        Assert.Null(await subscriptions.GetAsync(wanted.Name));
        var gone = await Assert.ThrowsAsync<HubException>(() => subscriptions.DeleteAsync(wanted.Name));
        Assert.Equal((HubCodes.SubscriptionNotFound, 404), (gone.Code, gone.Status));
    }

    [Fact]
    public async Task Consumes_in_order_over_several_pages_and_goes_on_in_the_next_life_where_the_last_has_ended()
    {
        var tenant = Hub.NewTenant("lives");
        var tokens = hub.Tokens(tenant);
        var events = Persons.NewJohns(tenant, 60);
        (await hub.Publisher(tokens).PublishAsync(events.Take(40))).EnsureAccepted();

        await using (var first = new Consumption(hub, tokens, options => options with { Limit = 15 }))
        {
            await first.ReadAsync(40);
            await first.StopAsync();
            Assert.Equal(Enumerable.Range(1, 40).Select(number => (long)number), first.Events.Select(one => one.Sequence));
            Assert.Empty(first.Errors);
        }

        Assert.Equal(40, (await Subscriptions(tokens).GetAsync("billing"))!.Cursor.Sequence);
        (await hub.Publisher(tokens).PublishAsync(events.Skip(40))).EnsureAccepted();
        await using var next = new Consumption(hub, tokens, options => options with { Concurrency = 4 });
        await next.ReadAsync(20);
        await next.StopAsync();
        Assert.Equal(Enumerable.Range(41, 20).Select(number => (long)number), next.Events.Select(one => one.Sequence).Order());
        Assert.Equal(60, (await Subscriptions(tokens).GetAsync("billing"))!.Cursor.Sequence);
    }

    [SandboxFact]
    public async Task Loses_nothing_and_handles_nothing_twice_when_the_hub_is_killed_while_it_publishes_and_consumes()
    {
        var tenant = Hub.NewTenant("kill");
        var tokens = hub.Tokens(tenant);
        var events = Persons.NewJohns(tenant, 120);
        await using var consumer = new Consumption(hub, tokens, options => options with
        {
            Limit = 10,
            Timing = new DeliveryTiming { BackoffCap = TimeSpan.FromSeconds(2) },
        });
        var publisher = hub.Publisher(tokens);
        (await publisher.PublishAsync(events.Take(40))).EnsureAccepted();
        await consumer.ReadAsync(15);

        var restarting = hub.KillAndRestartAsync();
        var publishing = publisher.PublishAsync(events.Skip(40));
        await restarting;
        var result = await publishing;

        // What was not confirmed is sent again under the same id, as its advice says.
        var open = result.Rejected.Select(rejected => events[40 + rejected.Index]).ToList();
        (await publisher.PublishAsync(open)).EnsureAccepted();
        await consumer.ReadAsync(120);
        await consumer.StopAsync();
        Assert.Equal(events.Select(one => one.Id).Order(StringComparer.Ordinal), consumer.Ids.Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(1, 120).Select(number => (long)number), consumer.Events.Select(one => one.Sequence));
        Assert.Equal(120, (await Subscriptions(tokens).GetAsync("billing"))!.Cursor.Sequence);
        Assert.NotEmpty(consumer.Errors);
        Assert.All(consumer.Errors, error => Assert.True(error.IsRetryable, error.ToString()));
    }

    [Fact]
    public async Task Gives_again_what_a_handler_failed_at_and_what_a_loop_did_not_acknowledge()
    {
        var tenant = Hub.NewTenant("again");
        var tokens = hub.Tokens(tenant);
        (await hub.Publisher(tokens).PublishAsync(Persons.NewJohns(tenant, 3))).EnsureAccepted();
        var failures = 2;
        await using (var consumer = new Consumption(hub, tokens, handle: recorded => recorded.Sequence == 2 && failures-- > 0
            ? Task.FromException(new InvalidOperationException("not yet"))
            : Task.CompletedTask))
        {
            await consumer.ReadAsync(3);
            Assert.Equal([1L, 2, 3], consumer.Events.Select(one => one.Sequence));
            Assert.Equal(2, consumer.Errors.Count(error => error.Code == ErrorCodes.HandlerFailed));
        }

        await Subscriptions(tokens).DeleteAsync("billing");
        using var limit = new CancellationTokenSource(Hub.Patience);
        var options = new TidingsSubscriptionOptions
        {
            ApiUrl = hub.Target.ApiUrl,
            Name = "billing",
            Create = new SubscriptionCreation { Start = StartFrom.Oldest },
        };
        foreach (var expected in new[] { 1L, 2L, 2L })
        {
            await using var consumer = new TidingsSubscription(hub.Http, options, tokens);
            await foreach (var delivery in consumer.ReadAllAsync(limit.Token))
            {
                Assert.Equal(expected, delivery.Event.Sequence);
                if (expected == 1)
                    delivery.Ack();
                break;
            }
        }
    }

    [Fact]
    public async Task Gives_two_consumers_of_one_name_everything_between_them()
    {
        var tenant = Hub.NewTenant("two");
        var tokens = hub.Tokens(tenant);
        (await hub.Publisher(tokens).PublishAsync(Persons.NewJohns(tenant, 50))).EnsureAccepted();
        await using var one = new Consumption(hub, tokens, options => options with { Limit = 7 });
        await using var other = new Consumption(hub, hub.Tokens(tenant), options => options with { Limit = 11, Concurrency = 3 });
        using var limit = new CancellationTokenSource(Hub.Patience);
        while (one.Ids.Union(other.Ids, StringComparer.Ordinal).Count() < 50)
            await Task.Delay(50, limit.Token);
        await one.StopAsync();
        await other.StopAsync();
        Assert.Equal(one.Ids.Distinct(StringComparer.Ordinal), one.Ids);
        Assert.Empty(one.Errors.Concat(other.Errors));
    }

    [Fact]
    public async Task Waits_while_it_is_paused_and_ends_when_it_is_deleted()
    {
        var tenant = Hub.NewTenant("paused");
        var tokens = hub.Tokens(tenant);
        var subscriptions = Subscriptions(tokens);
        await subscriptions.CreateAsync(new NewSubscription { Name = "billing", Start = StartFrom.Oldest });
        await subscriptions.UpdateAsync("billing", new SubscriptionUpdate { Status = SubscriptionStatus.Paused });
        (await hub.Publisher(tokens).PublishAsync(Persons.NewJohns(tenant, 2))).EnsureAccepted();
        var wasHeldUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var consumer = new Consumption(hub, tokens, options => options with
        {
            Create = null,
            StatusChanged = status =>
            {
                if (status.Reason == StatusReason.SubscriptionPaused)
                    wasHeldUp.TrySetResult();
            },
        });
        await wasHeldUp.Task.WaitAsync(Hub.Patience);
        Assert.Empty(consumer.Events);
        await subscriptions.UpdateAsync("billing", new SubscriptionUpdate { Status = SubscriptionStatus.Active });
        await consumer.ReadAsync(2);
        await subscriptions.DeleteAsync("billing");
        var ended = await Assert.ThrowsAsync<DeliveryException>(() => consumer.ReadAsync(3));
        Assert.Equal(ErrorCodes.HubRefused, ended.Code);
        Assert.Equal(HubCodes.SubscriptionNotFound, Assert.IsType<HubException>(ended.InnerException).Code);
    }

    [Fact]
    public async Task Ends_with_the_hubs_code_where_the_token_may_not_read()
    {
        var tokens = hub.TokensOfScope(Hub.NewTenant("scope"), "bank");
        await using var consumer = new Consumption(hub, tokens);
        var ended = await Assert.ThrowsAsync<DeliveryException>(() => consumer.ReadAsync(1));
        Assert.Equal(HubCodes.ScopeMissing, Assert.IsType<HubException>(ended.InnerException).Code);
        Assert.Equal(403, ended.Status);
    }

    private TidingsSubscriptions Subscriptions(ITokenSource tokens) =>
        new(hub.Http, new TidingsHubOptions { ApiUrl = hub.Target.ApiUrl }, tokens);
}
