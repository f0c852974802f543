using System.Text.Json;

namespace Tidings.Client.Tests.Delivery;

internal enum SocketState
{
    Opening,
    Open,
    Closed,
}

/// <summary>A socket as the hub sees it.</summary>
internal sealed class HubSocket(string token, ISocketEvents events, Action<HubSocket, JsonElement> onFrame) : ISocket
{
    private readonly TaskCompletionSource _gone = new();

    public string Token { get; } = token;

    public ISocketEvents Events { get; } = events;

    public List<JsonElement> Frames { get; } = [];

    public SocketState State { get; private set; }

    public bool IsSubscribed { get; set; }

    /// <summary>Whether the network below is gone without anybody having heard of it.</summary>
    public bool IsDead { get; set; }

    public Task Completion => _gone.Task;

    public void Open()
    {
        if (State == SocketState.Opening)
        {
            State = SocketState.Open;
            Events.Opened();
        }
    }

    /// <summary>Closes it from the hub's side.</summary>
    public void Cut()
    {
        if (State != SocketState.Closed)
        {
            Close();
            Events.Closed();
        }
    }

    public void Send(string text)
    {
        Assert.Equal(SocketState.Open, State);
        var frame = JsonDocument.Parse(text).RootElement;
        Frames.Add(frame);
        onFrame(this, frame);
    }

    public void Close()
    {
        State = SocketState.Closed;
        _gone.TrySetResult();
    }
}
