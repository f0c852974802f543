using System.Net.WebSockets;

namespace Tidings.Client;

/// <summary>How <see cref="ClientWebSocket"/> is opened.</summary>
internal sealed record WebSocketOptions
{
    public required Uri Url { get; init; }

    public Action<ClientWebSocketOptions>? Configure { get; init; }

    /// <summary>A hub sends no message above 128 KiB. Source: API Gateway quotas, WebSocket API.</summary>
    public int LargestMessage { get; init; } = 160 * 1024;

    /// <summary>How long a socket may take to close, once it is to.</summary>
    public TimeSpan Farewell { get; init; } = TimeSpan.FromSeconds(2);
}
