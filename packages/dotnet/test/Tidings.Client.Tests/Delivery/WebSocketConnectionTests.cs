using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace Tidings.Client.Tests.Delivery;

public sealed class WebSocketConnectionTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly SocketServer _server = new();
    private readonly Mailbox _mailbox = new(_ => { });
    private readonly Told _told = new();

    public void Dispose()
    {
        _mailbox.Complete();
        _server.Dispose();
    }

    [Fact]
    public async Task Offers_the_protocol_sends_the_token_in_the_header_and_carries_messages_both_ways()
    {
        var socket = Open();
        using var handshake = await _server.NextAsync();
        using var server = await handshake.AcceptAsync();
        Assert.Equal("GET /v1 HTTP/1.1", handshake.RequestLine);
        Assert.Equal("Bearer a-token", handshake.Headers["Authorization"]);
        Assert.Equal("tidings.v1", handshake.Headers["Sec-WebSocket-Protocol"]);
        Assert.Equal("opened", await _told.NextAsync());
        socket.Send("{\"a\":\"ä\"}");
        Assert.Equal("{\"a\":\"ä\"}", await ReceiveAsync(server));

        // In pieces, one of which ends within a character.
        var bytes = Encoding.UTF8.GetBytes(new string('ä', 60_000));
        await SendAsync(server, bytes.AsMemory(0, 60_001), isLast: false);
        await SendAsync(server, bytes.AsMemory(60_001), isLast: true);
        Assert.Equal(new string('ä', 60_000), await _told.NextAsync());
        _mailbox.Post(socket.Close);
        Assert.Null(await ReceiveAsync(server));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, server.CloseStatus);
        await server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await socket.Completion.WaitAsync(s_patience);
        Assert.True(_told.IsSilent);
    }

    [Fact]
    public async Task Sends_what_was_sent_before_the_close_and_does_not_wait_for_a_hub_that_says_no_goodbye()
    {
        var socket = Open();
        using var handshake = await _server.NextAsync();
        using var server = await handshake.AcceptAsync();
        Assert.Equal("opened", await _told.NextAsync());
        _mailbox.Post(() =>
        {
            socket.Send("last");
            socket.Close();
        });
        Assert.Equal("last", await ReceiveAsync(server));
        await socket.Completion.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Tells_that_the_hub_has_closed()
    {
        var socket = Open();
        using var handshake = await _server.NextAsync();
        using var server = await handshake.AcceptAsync();
        Assert.Equal("opened", await _told.NextAsync());
        await server.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "going", CancellationToken.None);
        Assert.Equal("closed", await _told.NextAsync());
        await socket.Completion.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Tells_that_the_network_is_gone()
    {
        var socket = Open();
        using var handshake = await _server.NextAsync();
        using var server = await handshake.AcceptAsync();
        Assert.Equal("opened", await _told.NextAsync());
        handshake.Dispose();
        Assert.Equal("closed", await _told.NextAsync());
        await socket.Completion.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Leaves_who_sends_more_than_a_hub_does()
    {
        var socket = Open();
        using var handshake = await _server.NextAsync();
        using var server = await handshake.AcceptAsync();
        Assert.Equal("opened", await _told.NextAsync());
        await SendAsync(server, new byte[200 * 1024], isLast: false);
        Assert.Equal("closed", await _told.NextAsync());
        await socket.Completion.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Tells_that_the_handshake_was_refused()
    {
        var socket = Open();
        using (var handshake = await _server.NextAsync())
        {
            await handshake.AnswerAsync("403 Bearer a-token", "Content-Length: 0");
        }

        var why = await _told.NextAsync();
        Assert.StartsWith("failed: ", why, StringComparison.Ordinal);
        Assert.Contains("403", why, StringComparison.Ordinal);
        Assert.DoesNotContain("a-token", why, StringComparison.Ordinal);
        Assert.Equal("closed", await _told.NextAsync());
        await socket.Completion.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Tells_that_nobody_listens()
    {
        var url = _server.Url;
        _server.Dispose();
        var socket = Open(url);
        Assert.Contains(url.Authority, await _told.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("closed", await _told.NextAsync());
        await socket.Completion.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Takes_the_token_nowhere_else_by_a_redirection()
    {
        using var elsewhere = new SocketServer();
        var socket = Open();
        var following = elsewhere.NextAsync();
        using (var handshake = await _server.NextAsync())
        {
            await handshake.AnswerAsync(
                "302 Found",
                $"Location: {elsewhere.Url.ToString().Replace("ws:", "http:", StringComparison.Ordinal)}",
                "Content-Length: 0");
        }

        // The platform of netstandard2.0 may follow, but not with the token.
        using var followed = await Task.WhenAny(following, socket.Completion) == following ? await following : null;
        Assert.DoesNotContain("Authorization", followed?.Headers.Keys ?? []);
        await (followed?.AnswerAsync("401 Unauthorized", "Content-Length: 0") ?? Task.CompletedTask);
        Assert.StartsWith("failed: ", await _told.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("closed", await _told.NextAsync());
        await socket.Completion.WaitAsync(s_patience);
        elsewhere.Dispose();
        await Record.ExceptionAsync(() => following);
    }

    [Fact]
    public async Task May_be_closed_before_it_has_opened()
    {
        var socket = Open();
        _mailbox.Post(socket.Close);
        await socket.Completion.WaitAsync(s_patience);
        await FlushAsync();
        Assert.True(_told.IsSilent);
    }

    [Fact]
    public void Names_no_token_that_cannot_be_sent()
    {
        var error = Assert.Throws<DeliveryException>(() => Open("a secret\r\ntoken: \u0001"));
        Assert.Equal(ErrorCodes.SocketFailed, error.Code);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string?> ReceiveAsync(WebSocket socket)
    {
        var buffer = new byte[1024];
        var result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), CancellationToken.None).WaitAsync(s_patience);
        return result.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, result.Count);
    }

    private static async Task SendAsync(WebSocket socket, ReadOnlyMemory<byte> bytes, bool isLast) =>
        await socket.SendAsync(bytes, WebSocketMessageType.Text, isLast, CancellationToken.None);

    private ISocket Open(string token = "a-token") => Open(_server.Url, token);

    private ISocket Open(Uri url, string token = "a-token") =>
        new WebSocketFactory(_mailbox, new WebSocketOptions { Url = url, Farewell = TimeSpan.FromMilliseconds(200) })
            .Open(token, _told);

    private async Task FlushAsync()
    {
        var done = new TaskCompletionSource();
        _mailbox.Post(done.SetResult);
        await done.Task;
    }

    private sealed class Told : ISocketEvents
    {
        private readonly Channel<string> _told = Channel.CreateUnbounded<string>();

        public bool IsSilent => !_told.Reader.TryPeek(out _);

        public void Opened() => _told.Writer.TryWrite("opened");

        public void Received(string text) => _told.Writer.TryWrite(text);

        public void Failed(string why) => _told.Writer.TryWrite($"failed: {why}");

        public void Closed() => _told.Writer.TryWrite("closed");

        public async Task<string> NextAsync() => await _told.Reader.ReadAsync().AsTask().WaitAsync(s_patience);
    }
}
