using System.Text;
using Tidings.Client.Tests.Publish;

namespace Tidings.Client.Tests.Tokens;

public sealed class ClientCredentialsTests : IDisposable
{
    private const string Secret = $"{SecretWatch.Secret} with: signs/ö";

    private static readonly ClientCredentials Billing = new()
    {
        ClientId = "billing",
        ClientSecret = Secret,
        Issuer = ScriptedIssuer.Url,
    };

    private readonly SecretWatch _watch = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedIssuer _issuer = new();

    public static TheoryData<string> WrongAnswers => [.. Wrong.Keys];

    private static Dictionary<string, Func<SeenForm, HttpResponseMessage>> Wrong { get; } = new()
    {
        ["no type"] = _ => ScriptedIssuer.Json(200, $$"""{"access_token":"{{Secret}}"}"""),
        ["another type"] = _ => ScriptedIssuer.Json(200, $$"""{"access_token":"{{Secret}}","token_type":"mac"}"""),
        ["no token"] = _ => ScriptedIssuer.Json(200, $$"""{"token_type":"Bearer","hint":"{{Secret}}"}"""),
        ["an empty token"] = ScriptedIssuer.Grant(string.Empty),
        ["a token that cannot stand in a header"] = ScriptedIssuer.Grant($"{SecretWatch.Secret}\\r\\nx: y"),
        ["a number as token"] = _ => ScriptedIssuer.Json(200, """{"access_token":7,"token_type":"Bearer"}"""),
        ["half a character as token"] = ScriptedIssuer.Grant("\\ud800"),
        ["no JSON"] = _ => ScriptedIssuer.Json(200, $"<html>{Secret}</html>"),
        ["a list"] = _ => ScriptedIssuer.Json(200, "[]"),
        ["nothing"] = _ => ScriptedIssuer.Json(200, string.Empty),
        ["no end"] = _ => ScriptedIssuer.Json(200, new string(' ', 2 * 1024 * 1024)),
        ["another status"] = _ => ScriptedIssuer.Json(201, "{}"),
        ["a redirection"] = _ => ScriptedIssuer.Json(307, string.Empty),
        ["a refusal without words"] = _ => ScriptedIssuer.Json(400, Secret),
    };

    public static TheoryData<string, string> WrongMetadata => new()
    {
        { """{"issuer":"https://evil.example","token_endpoint":"https://evil.example/t"}""", "evil.example" },
        { $$"""{"issuer":"{{ScriptedIssuer.Url}}/other","token_endpoint":"https://id.example/t"}""", "issuer that was asked" },
        { """{"token_endpoint":"https://id.example/t"}""", "issuer that was asked" },
        { $$"""{"issuer":"{{ScriptedIssuer.Url}}","token_endpoint":"http://elsewhere.example/t"}""", "elsewhere.example" },
        { $$"""{"issuer":"{{ScriptedIssuer.Url}}","token_endpoint":"/t"}""", "token endpoint" },
        { $$"""{"issuer":"{{ScriptedIssuer.Url}}"}""", "token endpoint" },
        { "<html>", "as JSON" },
    };

    public static TheoryData<ClientCredentials, string, string> WrongCredentials => new()
    {
        { Billing with { ClientSecret = string.Empty }, ErrorCodes.CredentialsMissing, "ClientSecret" },
        { Billing with { ClientSecret = null! }, ErrorCodes.CredentialsMissing, "ClientSecret" },
        { Billing with { ClientId = " " }, ErrorCodes.CredentialsMissing, "ClientId" },
        { Billing with { Issuer = null }, ErrorCodes.CredentialsMissing, "neither" },
        { Billing with { TokenUrl = "https://id.example/t" }, ErrorCodes.CredentialsMissing, "both" },
        { Billing with { Issuer = "http://id.example" }, ErrorCodes.OptionsInvalid, "Issuer" },
        { Billing with { Issuer = $"https://a:{SecretWatch.Secret}@id.example" }, ErrorCodes.OptionsInvalid, "Issuer" },
        { Billing with { Issuer = null, TokenUrl = "id.example" }, ErrorCodes.OptionsInvalid, "TokenUrl" },
    };

    public void Dispose()
    {
        _issuer.Dispose();
        _watch.Dispose();
    }

    [Fact]
    public async Task Finds_the_token_endpoint_of_its_issuer_and_asks_for_the_scopes()
    {
        var source = SourceOf(Billing with
        {
            Audience = "tidings",
            Parameters = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = "acme", ["grant_type"] = "x" },
        });
        var token = await Get(source, "bank", "community");
        Assert.Equal(token, await Get(source, "community", "bank"));
        var form = Assert.Single(_issuer.Seen);
        Assert.Equal(
            [("audience", "tidings"), ("grant_type", "client_credentials"), ("scope", "bank community"), ("tenant", "acme")],
            form.Fields.Select(field => (field.Key, field.Value)).Order());

        // Source: RFC 6749, section 2.3.1: both parts in form encoding.
        var basic = $"billing:{SecretWatch.Secret}+with%3A+signs%2F%C3%B6";
        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(basic))}", form.Authorization);
        Assert.Equal(new Uri($"{ScriptedIssuer.Url}/token"), form.Url);
    }

    [Fact]
    public async Task Shows_nothing_of_a_secret_that_stands_where_a_text_is_cut()
    {
        const string secret = "0123456789abcdefghij";
        _issuer.Describe = _ => throw new InvalidOperationException($"{new string('x', 290)}{secret}");
        var error = await Assert.ThrowsAsync<TokenException>(() => Get(SourceOf(Billing with { ClientSecret = secret }), "bank"));
        Assert.DoesNotContain("0123", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_no_further_field_of_the_form_which_may_be_a_secret_too()
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal) { ["pin"] = "my pin & me", ["a"] = "e" };
        _issuer.Answer(ScriptedIssuer.Refusal(400, "invalid_request", "found my pin & me or my+pin+%26+me here"));
        var error = await Assert.ThrowsAsync<TokenException>(() => Get(SourceOf(Billing with { Parameters = parameters }), "bank"));
        Assert.EndsWith("found *** or *** here", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_nothing_of_a_secret_as_it_stands_in_the_form()
    {
        string? sent = null;
        _issuer.Answer(form =>
        {
            sent = form.Raw.Split('&').Single(field => field.StartsWith("client_secret=", StringComparison.Ordinal)).Substring(14);
            return ScriptedIssuer.Refusal(400, "invalid_request", $"what is {sent}?")(form);
        });
        var credentials = Billing with { ClientSecret = "p!w(&)'x*", Authentication = ClientAuthentication.Post };
        var error = await Assert.ThrowsAsync<TokenException>(() => Get(SourceOf(credentials), "bank"));
        Assert.NotNull(sent);
        Assert.Contains("what is ***?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_a_token_endpoint_scopes_and_the_secret_in_the_form_where_it_is_told_so()
    {
        var source = SourceOf(Billing with
        {
            Issuer = null,
            TokenUrl = "https://id.example/t",
            Scopes = ["bank", "more"],
            Authentication = ClientAuthentication.Post,
        });
        Assert.Equal(await Get(source, "bank"), await Get(source, "community"));
        var form = Assert.Single(_issuer.Seen);
        Assert.Equal(("billing", Secret, "bank more"), (form.Fields["client_id"], form.Fields["client_secret"], form.Fields["scope"]));
        Assert.Null(form.Authorization);
        Assert.Empty(_issuer.Discoveries);
    }

    [Fact]
    public async Task Follows_RFC_8414_where_there_is_no_OpenID_discovery_and_uses_the_way_in_which_the_issuer_takes_secrets()
    {
        _issuer.Metadata.Clear();
        _issuer.Metadata["https://id.example/.well-known/oauth-authorization-server/realm"] = $$"""
            {"issuer":"{{ScriptedIssuer.Url}}/","token_endpoint":"https://id.example/t",
             "token_endpoint_auth_methods_supported":["client_secret_post",7]}
            """;
        await Get(SourceOf(Billing), "bank");
        Assert.Equal(Secret, Assert.Single(_issuer.Seen).Fields["client_secret"]);
        Assert.Equal(2, _issuer.Discoveries.Count);
    }

    [Theory]
    [InlineData(401, "invalid_client", "client secret")]
    [InlineData(400, "unauthorized_client", "client_credentials")]
    [InlineData(400, "invalid_scope", "grant this client the scopes")]
    [InlineData(400, "invalid_target", "Audience")]
    public async Task Is_told_what_to_do_when_the_issuer_refuses(int status, string error, string advice)
    {
        var encoded = Uri.EscapeDataString(Secret);
        var form = encoded.Replace("%20", "+", StringComparison.Ordinal);
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"billing:{form}"));
        _issuer.Answer(ScriptedIssuer.Refusal(status, error, $"the secret {Secret} or {encoded} or {form} or {basic} is wrong"));
        var exception = await Failure(SourceOf(Billing));
        Assert.Equal((ErrorCodes.TokenFailed, error, status), (exception.Code, exception.OAuthError, exception.Status));
        Assert.False(exception.IsRetryable);
        Assert.Contains(advice, exception.Advice, StringComparison.Ordinal);
        Assert.Contains("the secret *** or *** or *** or *** is wrong", exception.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(basic, exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Knows_a_challenge_as_the_refusal_of_the_client()
    {
        _issuer.Answer(_ =>
        {
            var response = ScriptedIssuer.Json(401, string.Empty);
            response.Headers.WwwAuthenticate.ParseAdd("Basic realm=\"x\"");
            return response;
        });
        Assert.Equal("invalid_client", (await Failure(SourceOf(Billing))).OAuthError);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task May_be_tried_again_when_the_issuer_fails_for_the_moment(int status)
    {
        _issuer.Answer(ScriptedIssuer.Refusal(status, "temporarily_unavailable"));
        var source = SourceOf(Billing);
        Assert.True((await Failure(source)).IsRetryable);
        await Get(source, "bank");

        // Where the endpoint is may have changed.
        Assert.Equal(2, _issuer.Discoveries.Count);
    }

    [Fact]
    public async Task May_be_tried_again_when_the_issuer_cannot_be_reached()
    {
        _issuer.Answer(_ => throw new HttpRequestException($"cannot send {Secret}", new IOException("Connection refused")));
        var exception = await Failure(SourceOf(Billing));
        Assert.True(exception.IsRetryable);
        Assert.Null(exception.InnerException);
        Assert.Contains("cannot send ***: Connection refused", exception.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WrongAnswers))]
    public async Task Keeps_to_itself_what_an_issuer_answers_wrongly(string what)
    {
        _issuer.Answer(Wrong[what]);
        var exception = await Failure(SourceOf(Billing));
        Assert.Equal((ErrorCodes.TokenFailed, false), (exception.Code, exception.IsRetryable));
    }

    [Theory]
    [MemberData(nameof(WrongMetadata))]
    public async Task Does_not_send_its_secret_where_an_issuer_is_not_what_it_should_be(string metadata, string says)
    {
        _issuer.Metadata[$"{ScriptedIssuer.Url}/.well-known/openid-configuration"] = metadata;
        var exception = await Failure(SourceOf(Billing));
        Assert.Equal((ErrorCodes.TokenFailed, false), (exception.Code, exception.IsRetryable));
        Assert.Contains(says, exception.Detail, StringComparison.Ordinal);
        Assert.Empty(_issuer.Seen);
    }

    [Fact]
    public async Task Believes_nobody_to_whom_the_HTTP_client_was_redirected()
    {
        var elsewhere = new HttpRequestMessage(HttpMethod.Get, "https://elsewhere.example");
        _issuer.Describe = _ =>
        {
            var response = ScriptedIssuer.Json(200, $$"""{"issuer":"{{ScriptedIssuer.Url}}","token_endpoint":"https://elsewhere.example/t"}""");
            response.RequestMessage = elsewhere;
            return response;
        };
        Assert.Contains("elsewhere.example", (await Failure(SourceOf(Billing))).Detail, StringComparison.Ordinal);
        Assert.Empty(_issuer.Seen);

        _issuer.Describe = null;
        _issuer.Answer(form =>
        {
            var response = ScriptedIssuer.Grant(SecretWatch.Secret)(form);
            response.RequestMessage = elsewhere;
            return response;
        });
        Assert.Contains(nameof(TidingsHttp), (await Failure(SourceOf(Billing))).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WrongCredentials))]
    public void Are_refused_by_name(ClientCredentials credentials, string code, string says)
    {
        using var http = new HttpClient(_issuer, disposeHandler: false);
        var exception = Assert.Throws<OptionsException>(() => new ClientCredentialsTokenSource(http, credentials));
        _watch.See(exception);
        Assert.Equal(code, exception.Code);
        Assert.Contains(says, exception.Detail, StringComparison.Ordinal);
        Assert.NotEmpty(exception.Advice);
    }

    [Fact]
    public void Show_nothing_of_the_secret_when_they_are_printed() =>
        Assert.Equal("ClientCredentials { ClientId = billing }", $"{Billing}");

    private ClientCredentialsTokenSource SourceOf(ClientCredentials credentials) => new(
        new HttpClient(_issuer, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan },
        credentials,
        _watch.LoggerOf<ClientCredentialsTokenSource>(),
        _time,
        () => 0.5);

    private static async Task<string> Get(ClientCredentialsTokenSource source, params string[] scopes) =>
        await source.GetTokenAsync(new TokenRequest(TokenReason.Connect, scopes), CancellationToken.None);

    private async Task<TokenException> Failure(ClientCredentialsTokenSource source)
    {
        var exception = await Assert.ThrowsAsync<TokenException>(() => Get(source, "bank"));
        _watch.See(exception);
        return exception;
    }
}
