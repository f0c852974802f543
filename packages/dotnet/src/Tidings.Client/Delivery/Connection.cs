namespace Tidings.Client;

/// <summary>What can happen to a connection.</summary>
internal enum ConnectionSignal
{
    /// <summary>The hub has subscribed us.</summary>
    Subscribed,

    /// <summary>A page has come and there are more.</summary>
    More,

    /// <summary>A page has come and there are none after it.</summary>
    CaughtUp,

    /// <summary>The next page must wait.</summary>
    HeldUp,

    /// <summary>There is no socket any more, or none yet.</summary>
    Lost,

    Closed,
}

/// <summary>The state machine, and who is told of it.</summary>
internal sealed class Connection(Action<ConnectionStatus> onStatus)
{
    private volatile ConnectionState _state = ConnectionState.Connecting;

    /// <summary>May be read from anywhere.</summary>
    public ConnectionState State => _state;

    /// <summary>Every transition there is; null: the signal changes nothing in this state.</summary>
    public static ConnectionState? Next(ConnectionState state, ConnectionSignal signal) => (state, signal) switch
    {
        (ConnectionState.Closed, _) => null,
        (_, ConnectionSignal.Closed) => ConnectionState.Closed,
        (_, ConnectionSignal.Lost) => ConnectionState.Connecting,
        (_, ConnectionSignal.HeldUp) => ConnectionState.Behind,
        (ConnectionState.Connecting or ConnectionState.Behind, ConnectionSignal.Subscribed) => ConnectionState.CatchingUp,
        (ConnectionState.Live or ConnectionState.Behind, ConnectionSignal.More) => ConnectionState.CatchingUp,
        (ConnectionState.CatchingUp or ConnectionState.Behind, ConnectionSignal.CaughtUp) => ConnectionState.Live,
        _ => null,
    };

    /// <summary>Says what has happened. Told on: every change of state, and every new reason to wait in the same one.</summary>
    public void Signal(ConnectionSignal signal, StatusReason reason, TimeSpan? retryIn = null)
    {
        var previous = _state;
        if (Next(previous, signal) is { } state)
        {
            _state = state;
            onStatus(new ConnectionStatus(state, previous, reason, retryIn));
        }
    }
}
