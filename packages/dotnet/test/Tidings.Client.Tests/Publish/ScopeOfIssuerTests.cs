using Tidings.Client.Tests.Tokens;

namespace Tidings.Client.Tests.Publish;

/// <summary>Publishing and an issuer together.</summary>
public sealed class ScopeOfIssuerTests : PublishTest
{
    private readonly ScriptedIssuer _issuer = new();

    [Fact]
    public async Task Refused_for_one_module_of_several_leaves_the_others_to_be_published()
    {
        Func<SeenForm, HttpResponseMessage> mayOnly = form => form.Fields["scope"] is "bank"
            ? ScriptedIssuer.Grant(Token)(form)
            : ScriptedIssuer.Refusal(400, "invalid_scope")(form);
        _issuer.Answer([.. Enumerable.Repeat(mayOnly, 9)]);
        var client = ClientOf(SourceOf(), null, () => 0.5);
        var result = await Run(client.PublishAsync([BankEvent("a"), CommunityEvent("b"), BankEvent("c")]));
        Assert.Equal(["a", "c"], result.Accepted.Select(accepted => accepted.Id));
        var rejected = Assert.Single(result.Rejected);
        Assert.Equal(("b", ErrorCodes.TokenFailed, "invalid_scope"), (rejected.Id, rejected.Code, rejected.OAuthError));
        Assert.Equal(PublishOutcome.NotAccepted, rejected.Outcome);
        Assert.Equal(["a", "c"], Hub.Ids);
    }

    [Fact]
    public async Task Has_a_new_token_asked_for_when_the_hub_refuses_one()
    {
        var client = ClientOf(SourceOf(), null, () => 0.5, _ => ScriptedHub.Problem(401, "TOKEN_EXPIRED"));
        await Run(client.PublishAsync(BankEvent()));
        await Run(client.PublishAsync(BankEvent()));
        Assert.Equal(2, _issuer.Seen.Count);
        Assert.Equal(3, Hub.Requests.Count);
    }

    [Fact]
    public async Task Is_asked_for_again_when_the_issuer_fails_for_the_moment()
    {
        _issuer.Answer(ScriptedIssuer.Refusal(503, "temporarily_unavailable"), ScriptedIssuer.Refusal(429, "slow_down"));
        var client = ClientOf(SourceOf(), null, () => 0.5);
        await Run(client.PublishAsync(BankEvent()));
        Assert.Equal(3, _issuer.Seen.Count);
        Assert.Single(Hub.Requests);
    }

    protected override void Dispose(bool disposing)
    {
        _issuer.Dispose();
        base.Dispose(disposing);
    }

    private ClientCredentialsTokenSource SourceOf() => new(
        new HttpClient(_issuer, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan },
        new ClientCredentials { ClientId = "billing", ClientSecret = SecretWatch.Secret, Issuer = ScriptedIssuer.Url },
        Watch.LoggerOf<ClientCredentialsTokenSource>(),
        Time,
        () => 0.5);
}
