using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace Tidings.Client;

/// <summary>
/// One socket of the platform: a task that opens it and reads, one that writes. What they find they post into the mailbox.
/// </summary>
internal sealed class WebSocketConnection : ISocket
{
    private const int BufferSize = 16 * 1024;

#if NET
    private static readonly HttpMessageInvoker s_withoutRedirections = new(TidingsHttp.CreateHandler());
#endif

    private readonly ClientWebSocket _socket;
    private readonly Mailbox _mailbox;
    private readonly WebSocketOptions _options;
    private readonly string _token;
    private readonly ISocketEvents _events;
    private readonly Channel<string> _outgoing = Channel.CreateUnbounded<string>(
        new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Cancelled to leave the socket where it stands. Disposed of with the socket.</summary>
    private readonly CancellationTokenSource _aborted;

    private bool _isOpen;
    private bool _isClosed;

    public WebSocketConnection(
        ClientWebSocket socket,
        CancellationTokenSource aborted,
        Mailbox mailbox,
        WebSocketOptions options,
        string token,
        ISocketEvents events)
    {
        _socket = socket;
        _aborted = aborted;
        _mailbox = mailbox;
        _options = options;
        _token = token;
        _events = events;
        Completion = Task.Run(RunAsync);
    }

    public Task Completion { get; }

    public void Send(string text) => _outgoing.Writer.TryWrite(text);

    /// <remarks>Within the mailbox, so it knows whether the socket was open.</remarks>
    public void Close()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _outgoing.Writer.TryComplete();
        if (!_isOpen)
        {
            _aborted.Cancel();
        }
        else if (!Completion.IsCompleted)
        {
            _aborted.CancelAfter(_options.Farewell);
        }
    }

    private static void Append(MemoryStream message, byte[] buffer, int count) => message.Write(buffer, 0, count);

    private async Task RunAsync()
    {
        try
        {
            await ConnectAsync().ConfigureAwait(false);
            Tell(() =>
            {
                _isOpen = true;
                _events.Opened();
            });
            var writing = WriteAsync();
            try
            {
                await ReadAsync().ConfigureAwait(false);
            }
            finally
            {
                // Who reads nothing any more gets no answers: what waits to be sent is of no use.
                _outgoing.Writer.TryComplete();
                await writing.ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // The network, or the end by Close: all that is known is that it is gone.
        }
        finally
        {
            _socket.Dispose();
            Tell(_events.Closed);
            _mailbox.Post(() =>
            {
                _isClosed = true;
                _aborted.Dispose();
            });
        }
    }

    private async Task ConnectAsync()
    {
        try
        {
            await OpenAsync().ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            // In words: the exception may quote the request, and with it the token.
            var why = FailureText.Of(cause, _token);
            Tell(() => _events.Failed(why));
            throw;
        }
    }

    private Task OpenAsync()
    {
#if NET
        // A handler of one's own does not go together with options about the connection.
        if (_options.Configure is null && !OperatingSystem.IsBrowser())
        {
            return _socket.ConnectAsync(_options.Url, s_withoutRedirections, _aborted.Token);
        }
#endif
        return _socket.ConnectAsync(_options.Url, _aborted.Token);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[BufferSize];
        using var message = new MemoryStream();
        while (true)
        {
            var result = await _socket.ReceiveAsync(new ArraySegment<byte>(buffer), _aborted.Token).ConfigureAwait(false);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            if (message.Length + result.Count > _options.LargestMessage)
            {
                // No hub does that; whoever does it does not fill our memory.
                Abort();
                return;
            }

            Append(message, buffer, result.Count);
            if (result.EndOfMessage)
            {
                var text = Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
                message.SetLength(0);
                Tell(() => _events.Received(text));
            }
        }
    }

    /// <summary>Writes what is sent, and at the end says goodbye. A failure ends the reading too.</summary>
    private async Task WriteAsync()
    {
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(_aborted.Token).ConfigureAwait(false))
            {
                while (_outgoing.Reader.TryRead(out var text))
                {
                    var bytes = new ArraySegment<byte>(Encoding.UTF8.GetBytes(text));
                    await _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, _aborted.Token)
                        .ConfigureAwait(false);
                }
            }

            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, _aborted.Token)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            Abort();
        }
    }

    private void Abort() => _aborted.Cancel();

    private void Tell(Action tell) => _mailbox.Post(() =>
    {
        if (!_isClosed)
        {
            tell();
        }
    });
}
