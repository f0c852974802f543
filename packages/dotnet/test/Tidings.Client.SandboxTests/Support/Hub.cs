using System.Net.Http;

namespace Tidings.Client.SandboxTests.Support;

/// <summary>
/// The hub under test: the one whose target file TIDINGS_TARGET names, or a sandbox of the suite's own. Its tests run one
/// after the other, so that one of them may kill it.
/// </summary>
public sealed class Hub : IAsyncLifetime
{
    /// <summary>How long anything may take that should come within a second.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private Sandbox? _sandbox;

    internal HubTarget Target { get; private set; } = null!;

    internal HttpClient Http { get; } = TidingsHttp.CreateClient();

    public async Task InitializeAsync()
    {
        if (HasOwnSandbox)
            _sandbox = await Sandbox.StartAsync();
        Target = _sandbox?.Target ?? HubTarget.Read(Environment.GetEnvironmentVariable(SandboxFactAttribute.Variable)!);
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        if (_sandbox is not null)
            await _sandbox.DisposeAsync();
    }

    internal static bool HasOwnSandbox => Environment.GetEnvironmentVariable(SandboxFactAttribute.Variable) is null;

    /// <summary>A tenant that no other test has.</summary>
    internal static string NewTenant(string name) => $"{name}-{Guid.NewGuid()}";

    internal Task KillAndRestartAsync() => _sandbox!.KillAndRestartAsync();

    /// <summary>Tokens for somebody of a tenant.</summary>
    internal ClientCredentialsTokenSource Tokens(string tenant, string? user = null, string? roles = null) =>
        new(Http, Credentials(Claims(tenant, user, roles)));

    /// <summary>Tokens of one scope, whatever is asked for.</summary>
    internal ClientCredentialsTokenSource TokensOfScope(string tenant, string scope) =>
        new(Http, Credentials(Claims(tenant)) with { Scopes = [scope] });

    internal TidingsApiClient Publisher(ITokenSource tokens) => new(Http, new TidingsApiOptions { ApiUrl = Target.ApiUrl }, tokens);

    private ClientCredentials Credentials(IReadOnlyDictionary<string, string> claims) => new()
    {
        ClientId = Target.ClientId,
        ClientSecret = Target.ClientSecret,
        TokenUrl = Target.TokenUrl,
        Audience = Target.Audience,
        Parameters = claims,
    };

    private static Dictionary<string, string> Claims(string tenant, string? user = null, string? roles = null)
    {
        var claims = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = tenant };
        if (user is not null)
            claims["sub"] = user;
        if (roles is not null)
            claims["roles"] = roles;
        return claims;
    }
}

[CollectionDefinition(nameof(Hub))]
public sealed class HubUnderTest : ICollectionFixture<Hub>;
