namespace Tidings.Client;

/// <summary>Knows which sockets there still are, so that the end can wait for all of them.</summary>
internal sealed class SocketRoster(ISocketFactory factory) : ISocketFactory
{
    private readonly List<Task> _living = [];

    /// <summary>Ends when none is left of those that were opened so far.</summary>
    public Task WhenGoneAsync() => Task.WhenAll(_living);

    public ISocket Open(string token, ISocketEvents events)
    {
        _living.RemoveAll(one => one.IsCompleted);
        var socket = factory.Open(token, events);
        _living.Add(socket.Completion);
        return socket;
    }
}
