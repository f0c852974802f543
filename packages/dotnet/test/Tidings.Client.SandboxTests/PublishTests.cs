using System.Text.Json;
using Tidings.Client.SandboxTests.Support;

namespace Tidings.Client.SandboxTests;

[Collection(nameof(Hub))]
public sealed class PublishTests(Hub hub)
{
    [Fact]
    public async Task Every_schema_example_is_accepted_over_http()
    {
        var tenant = Hub.NewTenant("examples");
        var events = Repository.SchemaExamples.Select(example => NewEvent.FromJson(example.Type, tenant, example.Data)).ToList();
        var result = await hub.Publisher(hub.Tokens(tenant)).PublishAsync(events);
        Assert.Empty(result.Rejected);
        Assert.Equal(events.Select(one => one.Type), result.Accepted.Select(one => one.Type));
    }

    [Fact]
    public async Task Tells_what_became_of_each_event_of_a_list()
    {
        var tenant = Hub.NewTenant("partly");
        using var wrong = JsonDocument.Parse("""{"firstName": 7}""");
        NewEvent[] events =
        [
            Persons.NewJohn(tenant),
            NewEvent.FromJson(EventTypes.BankTestCreatedV1, tenant, wrong.RootElement),
            Persons.NewJohn(tenant),
        ];
        var result = await hub.Publisher(hub.Tokens(tenant)).PublishAsync(events);
        Assert.Equal([0, 2], result.Accepted.Select(one => one.Index));
        var rejected = Assert.Single(result.Rejected);
        Assert.Equal((1, HubCodes.EventDataInvalid), (rejected.Index, rejected.Code));
        Assert.Contains(rejected.Errors, violation => violation.Path == "/data/firstName");
        Assert.Throws<PublishException>(result.EnsureAccepted);
    }

    [Fact]
    public async Task An_event_that_is_sent_again_is_accepted_and_changes_nothing()
    {
        var tenant = Hub.NewTenant("again");
        var publisher = hub.Publisher(hub.Tokens(tenant));
        var john = Persons.NewJohn(tenant);
        Assert.Equal(await publisher.PublishAsync(john), await publisher.PublishAsync(john));
    }

    [Theory]
    [InlineData("not-a-token", HubCodes.TokenMalformed)]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYWxsb3J5In0.", HubCodes.TokenIssuerUnknown)]
    public async Task A_bad_token_is_refused_with_the_code_of_the_hub_and_shown_nowhere(string token, string code)
    {
        var error = await Assert.ThrowsAsync<PublishException>(
            () => hub.Publisher(new FixedToken(token)).PublishAsync(Persons.NewJohn(Hub.NewTenant("bad"))));
        Assert.Equal((code, 401, false), (error.Code, error.Status, error.IsRetryable));
        Assert.DoesNotContain(token, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_without_the_scope_of_the_module_is_refused()
    {
        var tenant = Hub.NewTenant("scope");
        var error = await Assert.ThrowsAsync<PublishException>(
            () => hub.Publisher(hub.TokensOfScope(tenant, "community")).PublishAsync(Persons.NewJohn(tenant)));
        Assert.Equal((HubCodes.ScopeMissing, 403), (error.Code, error.Status));
    }

    [Fact]
    public async Task An_event_of_another_tenant_than_that_of_the_token_is_refused()
    {
        var error = await Assert.ThrowsAsync<PublishException>(
            () => hub.Publisher(hub.Tokens(Hub.NewTenant("own"))).PublishAsync(Persons.NewJohn(Hub.NewTenant("foreign"))));
        Assert.Equal((HubCodes.TenantMismatch, 403), (error.Code, error.Status));
    }
}
