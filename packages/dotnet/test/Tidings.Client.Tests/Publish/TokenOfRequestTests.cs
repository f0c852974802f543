namespace Tidings.Client.Tests.Publish;

public sealed class TokenOfRequestTests : PublishTest
{
    public static TheoryData<string, string> FailingSources => new()
    {
        { "throws", "nobody is logged in" },
        { "gives none", "printable ASCII" },
        { "gives one that cannot stand in a header", "printable ASCII" },
        { "never answers", "No token came within 30000 ms" },
    };

    private static Dictionary<string, Func<ValueTask<string>>> Sources { get; } = new()
    {
        ["throws"] = () => throw new InvalidOperationException("nobody is logged in"),
        ["gives none"] = () => new((string)null!),
        ["gives one that cannot stand in a header"] = () => new($"{Token}\n"),
        ["never answers"] = () => new(new TaskCompletionSource<string>().Task),
    };

    [Fact]
    public async Task Is_asked_for_the_modules_of_the_events()
    {
        var client = ClientOf();
        await Run(client.PublishAsync([BankEvent(), CommunityEvent(), BankEvent()]));
        var request = Assert.Single(Asked);
        Assert.Equal(TokenReason.Connect, request.Reason);
        Assert.Equal(["bank", "community"], request.Scopes);
    }

    [Fact]
    public async Task Is_replaced_when_the_hub_refuses_it_and_another_one_tried_once()
    {
        var tokens = new Queue<string>([$"old-{SecretWatch.Secret}", $"new-{SecretWatch.Secret}"]);
        var client = ClientOf(() => new(tokens.Dequeue()), null, _ => ScriptedHub.Problem(401, "TOKEN_EXPIRED"));
        await Run(client.PublishAsync(BankEvent()));
        Assert.Equal(
            [$"old-{SecretWatch.Secret}", $"new-{SecretWatch.Secret}"],
            Hub.Requests.Select(request => request.Headers.Authorization!.Parameter!));
        Assert.Equal([TokenReason.Connect, TokenReason.Refused], Asked.Select(request => request.Reason));
    }

    [Fact]
    public async Task Is_given_up_when_the_hub_refuses_two_for_all_events()
    {
        Reaction refuse = _ => ScriptedHub.Problem(401, "TOKEN_ISSUER_UNKNOWN");
        var client = ClientOf([.. Enumerable.Repeat(refuse, 9)]);
        var result = await Run(client.PublishAsync(BankEvents(150)));
        Assert.Equal(150, result.Rejected.Count);
        var last = result.Rejected[149];
        Assert.Equal(("TOKEN_ISSUER_UNKNOWN", 401, PublishOutcome.NotAccepted), (last.Code, last.Status, last.Outcome));
        Assert.Contains("issuer", last.Advice, StringComparison.Ordinal);
        Assert.Equal(2, Hub.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(FailingSources))]
    public async Task Fails_the_call_if_its_source(string what, string says)
    {
        var client = ClientOf(Sources[what]);
        var exception = await Refusal(client.PublishAsync(BankEvent()));
        Assert.Equal(ErrorCodes.TokenFailed, exception.Code);
        Assert.Equal(PublishOutcome.NotAccepted, exception.Outcome);
        Assert.Contains(says, exception.Detail, StringComparison.Ordinal);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task Shows_in_no_exception_even_if_the_network_library_quotes_it()
    {
        Reaction quote = request => throw new HttpRequestException($"cannot send {request.Headers.Authorization}")
        {
            Data = { ["headers"] = request.Headers.ToString() },
        };
        var client = ClientOf([.. Enumerable.Repeat(quote, 9)]);
        var exception = await Refusal(client.PublishAsync(BankEvent()));
        Assert.Equal(ErrorCodes.NetworkFailed, exception.Code);
        Assert.Null(exception.InnerException);
        Assert.Contains("cannot send Bearer ***", exception.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(200)]
    public async Task Shows_in_no_exception_even_if_a_proxy_quotes_it(int status)
    {
        Reaction quote = request => ScriptedHub.Answer(
            status,
            $$"""{"code":"NO_ENTRY","detail":"refused: {{request.Headers.Authorization}}","errors":[{"path":"","message":"{{request.Headers.Authorization}}"}]}""");
        var client = ClientOf([.. Enumerable.Repeat(quote, 9)]);
        var exception = await Refusal(client.PublishAsync(BankEvent()));
        Assert.Equal(status, exception.Status);
        Assert.All(exception.Errors, violation => Assert.Equal("Bearer ***", violation.Message));
    }
}
