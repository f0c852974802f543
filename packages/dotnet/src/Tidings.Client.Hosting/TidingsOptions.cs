namespace Tidings.Client;

/// <summary>Where the hub is, and with what the clients of this process prove who they are.</summary>
public sealed class TidingsOptions
{
    /// <summary>Base URL of the hub's HTTP API: https, or http for this machine. Required.</summary>
    public string? ApiUrl { get; set; }

    /// <summary>URL of the hub's socket: wss, or ws for this machine. Required where live events are received.</summary>
    public string? SocketUrl { get; set; }

    /// <summary>The OAuth2 client. Required, unless an <see cref="ITokenSource"/> of your own is registered.</summary>
    public ClientCredentials? Credentials { get; set; }

    /// <summary>How long publishing may take, and how often it tries.</summary>
    public PublishTiming Timing { get; set; } = PublishTiming.Default;

    /// <summary>Whether something in this process receives live events.</summary>
    internal bool NeedsSocket { get; set; }

    /// <summary>What a configuration has that is no option, or not to be read as one.</summary>
    internal List<string> Misfits { get; } = [];
}
