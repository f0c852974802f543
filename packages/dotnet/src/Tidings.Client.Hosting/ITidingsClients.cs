namespace Tidings.Client;

/// <summary>Makes clients that receive events, with the address and the tokens of the process. Dispose of them.</summary>
public interface ITidingsClients
{
    /// <summary>A client for live events.</summary>
    /// <param name="configure">What is wanted: gets the options with the addresses of the hub, and gives others.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    TidingsLive CreateLive(Func<TidingsLiveOptions, TidingsLiveOptions>? configure = null);

    /// <summary>A consumer of a durable subscription.</summary>
    /// <param name="name">The subscription's name.</param>
    /// <param name="configure">How it is consumed: gets the options with hub and name, and gives others.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    TidingsSubscription CreateSubscription(
        string name,
        Func<TidingsSubscriptionOptions, TidingsSubscriptionOptions>? configure = null);
}
