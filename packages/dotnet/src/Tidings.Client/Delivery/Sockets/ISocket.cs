namespace Tidings.Client;

/// <summary>
/// What a socket tells, within the mailbox. Nothing comes before <see cref="ISocketFactory.Open"/> has returned, and
/// nothing after <see cref="Closed"/>.
/// </summary>
internal interface ISocketEvents
{
    void Opened();

    void Received(string text);

    /// <summary>It never came to be, for a reason that can be shown to people. That it is closed comes next.</summary>
    void Failed(string why);

    /// <summary>It is gone, or never came to be.</summary>
    void Closed();
}

/// <summary>As much of a WebSocket as the client uses.</summary>
internal interface ISocket
{
    /// <summary>Ends when nothing of it is left: no task, no connection. Never fails.</summary>
    Task Completion { get; }

    /// <summary>Only called between opened and closed.</summary>
    void Send(string text);

    /// <summary>
    /// The client listens no more from here on, whether the hub answers or not; what was sent before goes out. May be
    /// called before it has opened.
    /// </summary>
    void Close();
}

/// <summary>Opens sockets.</summary>
internal interface ISocketFactory
{
    /// <summary>Begins to open a socket.</summary>
    /// <exception cref="DeliveryException">SOCKET_FAILED: it cannot be made at all.</exception>
    ISocket Open(string token, ISocketEvents events);
}
