using System.Net.WebSockets;
using System.Runtime.InteropServices;

namespace Tidings.Client;

/// <summary>Opens sockets of the platform.</summary>
internal sealed class WebSocketFactory(Mailbox mailbox, WebSocketOptions options) : ISocketFactory
{
    /// <summary>The WebSocket subprotocol, offered by the client and chosen by the hub. Source: PROTOCOL.md.</summary>
    private const string Subprotocol = "tidings.v1";

    /// <summary>Browsers set no headers: there the token is a second subprotocol with this before it. Source: PROTOCOL.md.</summary>
    private const string TokenSubprotocolPrefix = "bearer.";

    public ISocket Open(string token, ISocketEvents events)
    {
        var socket = new ClientWebSocket();
        try
        {
            options.Configure?.Invoke(socket.Options);
            socket.Options.AddSubProtocol(Subprotocol);
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Create("BROWSER")))
            {
                socket.Options.AddSubProtocol(TokenSubprotocolPrefix + token);
            }
            else
            {
                socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            }
        }
        catch (Exception cause)
        {
            socket.Dispose();

            // What was thrown is left out: it may quote what it does not like, and so the token.
            var detail = $"Expected options and a token that make a WebSocket, found ones that make a {cause.GetType().Name}";
            throw new DeliveryException(new TidingsProblem(ErrorCodes.SocketFailed, detail));
        }

        return new WebSocketConnection(socket, new CancellationTokenSource(), mailbox, options, token, events);
    }
}
