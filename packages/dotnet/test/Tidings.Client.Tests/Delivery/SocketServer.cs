using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Tidings.Client.Tests.Delivery;

/// <summary>A handshake of a web socket, as it came over the wire.</summary>
internal sealed class Handshake(TcpClient connection, string requestLine, Dictionary<string, string> headers) : IDisposable
{
    public string RequestLine { get; } = requestLine;

    public IReadOnlyDictionary<string, string> Headers { get; } = headers;

    /// <summary>Takes it.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "It is no secret. Source: RFC 6455, section 4.2.2.")]
    public async Task<WebSocket> AcceptAsync()
    {
        var key = $"{Headers["Sec-WebSocket-Key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key)));
        await AnswerAsync(
            "101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Protocol: tidings.v1",
            $"Sec-WebSocket-Accept: {accept}");
        return WebSocket.CreateFromStream(connection.GetStream(), isServer: true, "tidings.v1", Timeout.InfiniteTimeSpan);
    }

    /// <summary>Answers something else.</summary>
    public async Task AnswerAsync(string status, params string[] lines)
    {
        var text = string.Concat(lines.Prepend($"HTTP/1.1 {status}").Select(line => $"{line}\r\n")) + "\r\n";
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Cuts the connection.</summary>
    public void Dispose() => connection.Dispose();
}

/// <summary>A server of web sockets on this machine.</summary>
internal sealed class SocketServer : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SocketServer() => _listener.Start();

    public Uri Url => new($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    /// <summary>The next handshake.</summary>
    public async Task<Handshake> NextAsync()
    {
        var connection = await _listener.AcceptTcpClientAsync().WaitAsync(s_patience);
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await connection.GetStream().ReadAsync(buffer).AsTask().WaitAsync(s_patience);
            Assert.NotEqual(0, count);
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        var lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2));
        return new Handshake(
            connection,
            lines[0],
            headers.ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase));
    }

    public void Dispose() => _listener.Dispose();
}
