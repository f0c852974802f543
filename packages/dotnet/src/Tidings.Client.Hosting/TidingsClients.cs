using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tidings.Client;

/// <inheritdoc cref="ITidingsClients" />
internal sealed class TidingsClients(
    IOptions<TidingsOptions> options,
    KeptHttpClients http,
    ITokenSource tokens,
    ILoggerFactory loggers,
    TimeProvider timeProvider) : ITidingsClients
{
    public TidingsLive CreateLive(Func<TidingsLiveOptions, TidingsLiveOptions>? configure = null)
    {
        // Without an address the client says itself that it needs one.
        var given = new TidingsLiveOptions { SocketUrl = options.Value.SocketUrl ?? "", ApiUrl = options.Value.ApiUrl };
        return new TidingsLive(
            configure?.Invoke(given) ?? given,
            tokens,
            loggers.CreateLogger<TidingsLive>(),
            timeProvider,
            http.Hub);
    }

    public TidingsSubscription CreateSubscription(
        string name,
        Func<TidingsSubscriptionOptions, TidingsSubscriptionOptions>? configure = null)
    {
        var given = new TidingsSubscriptionOptions { ApiUrl = options.Value.ApiUrl!, Name = name };
        return new TidingsSubscription(
            http.Hub,
            configure?.Invoke(given) ?? given,
            tokens,
            loggers.CreateLogger<TidingsSubscription>(),
            timeProvider);
    }
}
