namespace Tidings.Client;

/// <summary>What a connection is at.</summary>
public enum ConnectionState
{
    /// <summary>There is no subscription yet, or no longer.</summary>
    Connecting,

    /// <summary>Pages of the past are coming.</summary>
    CatchingUp,

    /// <summary>Everything has come, and what happens comes as it happens.</summary>
    Live,

    /// <summary>Something must wait: the handler, the hub, or a paused subscription.</summary>
    Behind,

    /// <summary>For good.</summary>
    Closed,
}

/// <summary>Why the state is what it is.</summary>
public enum StatusReason
{
    /// <summary>The client has just begun.</summary>
    Starting,

    /// <summary>The hub has answered.</summary>
    Subscribed,

    /// <summary>Everything has come.</summary>
    CaughtUp,

    /// <summary>There are more pages.</summary>
    MoreToRead,

    /// <summary>The handler is slower than the events; live ones were dropped, and come again by pages.</summary>
    HandlerSlow,

    /// <summary>The handler of a durable subscription failed; the event that it failed at comes again.</summary>
    HandlerFailed,

    /// <summary>The hub has told us to wait.</summary>
    RateLimited,

    /// <summary>The durable subscription is paused: nothing is delivered, nothing is lost.</summary>
    SubscriptionPaused,

    /// <summary>The hub failed to answer; the question is asked again.</summary>
    HubFailed,

    /// <summary>The socket was closed from outside.</summary>
    SocketClosed,

    /// <summary>The handshake came to nothing: the network, or the token was refused; see the error.</summary>
    HandshakeRefused,

    /// <summary>An answer did not come in time.</summary>
    HubSilent,

    /// <summary>The token has ended, or the hub does not take it.</summary>
    TokenRefused,

    /// <summary>The token source failed.</summary>
    TokenFailed,

    /// <summary>The socket could not be made at all; see the error.</summary>
    SocketFailed,

    /// <summary>What came was no frame.</summary>
    ProtocolBroken,

    /// <summary>The cursor could not be loaded; that is tried again, because to guess it would be to lose events.</summary>
    StoreFailed,

    /// <summary>By its owner.</summary>
    Closed,

    /// <summary>The hub refuses for good; see the error.</summary>
    Refused,
}

/// <summary>What has become of a connection.</summary>
/// <param name="State">What it is at.</param>
/// <param name="Previous">What it was at.</param>
/// <param name="Reason">Why.</param>
/// <param name="RetryIn">When there will be another try, where that is known.</param>
public sealed record ConnectionStatus(
    ConnectionState State,
    ConnectionState Previous,
    StatusReason Reason,
    TimeSpan? RetryIn = null);
