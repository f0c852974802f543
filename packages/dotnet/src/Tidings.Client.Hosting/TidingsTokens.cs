using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tidings.Client;

/// <summary>The token source of a process that registers none of its own.</summary>
internal static class TidingsTokens
{
    /// <summary>Known by its identity: so it can be told from one of the program's.</summary>
    public static readonly Func<IServiceProvider, ITokenSource> Factory = Make;

    private static ClientCredentialsTokenSource Make(IServiceProvider provider) => new(
        provider.GetRequiredService<KeptHttpClients>().Issuer,
        provider.GetRequiredService<IOptions<TidingsOptions>>().Value.Credentials!,
        provider.GetService<ILogger<ClientCredentialsTokenSource>>(),
        provider.GetRequiredService<TimeProvider>());
}
