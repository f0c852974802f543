namespace Tidings.Client;

/// <summary>What a delivery is to do.</summary>
internal sealed record DeliveryOptions
{
    public required Wish Wish { get; init; }

    public required ITokenSource Tokens { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Where to begin if the store holds nothing.</summary>
    public StartFrom Start { get; init; } = StartFrom.Now;

    public bool IsStrict { get; init; }

    public ICursorStore? CursorStore { get; init; }
}

/// <summary>Who is told of everything, within the mailbox.</summary>
internal interface IDeliveryOwner
{
    /// <summary>Given every event, one at a time. False: not dealt with, because the client ends.</summary>
    ValueTask<bool> HandleAsync(RecordedEvent recorded);

    /// <summary>Told between the last event of before and the first of after.</summary>
    ValueTask<bool> HandleResetAsync(DeliveryReset reset);

    void StatusChanged(ConnectionStatus status);

    void Failed(DeliveryException error);
}

/// <summary>
/// Delivers what is wished for, from <see cref="Start"/> until <see cref="Close"/>. All of it happens within the mailbox;
/// only the properties may be read from elsewhere.
/// <para>
/// Every event that the filter and the token let through comes once. Tried again by itself, with back-off and for ever:
/// whatever closes a socket, a refused handshake, a hub that is silent, busy or broken, a subscription that is paused, a
/// token or store that fails. Not tried again: what the hub says can never work, such as a filter that cannot be used or a
/// token without the scope; the owner is told, and the state is closed.
/// </para>
/// </summary>
internal sealed class DeliveryClient : IQueueOwner, ISuccessionOwner
{
    private readonly DeliveryOptions _options;
    private readonly IDeliveryOwner _owner;
    private readonly DeliverySurroundings _surroundings;
    private readonly Timers<Timer> _timers;
    private readonly Backoff _backoff;
    private readonly Connection _connection;
    private readonly CursorKeeper _keeper;
    private readonly Acknowledgements? _acknowledgements;
    private readonly EventQueue _queue;
    private readonly SocketRoster _sockets;
    private readonly TaskCompletionSource<Task> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Succession? _succession;
    private volatile Cursor? _cursor;
    private bool _isClosed;

    public DeliveryClient(DeliveryOptions options, IDeliveryOwner owner, DeliverySurroundings surroundings)
    {
        _options = options;
        _owner = owner;
        _sockets = new SocketRoster(surroundings.Sockets);
        _surroundings = surroundings with { Sockets = _sockets };
        _timers = new Timers<Timer>(surroundings);
        _backoff = surroundings.CreateBackoff();
        _connection = new Connection(owner.StatusChanged);
        _keeper = new CursorKeeper(
            options.CursorStore,
            cause => Fail(ErrorCodes.StoreFailed, "The cursor could not be saved", cause),
            surroundings);
        _acknowledgements = options.Wish.Subscription is null ? null : new Acknowledgements(SendAcknowledgement, surroundings);
        _queue = new EventQueue(surroundings.Mailbox, this);
    }

    private enum Timer
    {
        Start,
    }

    public ConnectionState State => _connection.State;

    /// <summary>Everything up to here has been dealt with; null until the hub has said where it begins.</summary>
    public Cursor? Cursor => _cursor;

    /// <summary>Ends when it was closed, what was under way has ended, its cursor is saved and no socket is left.</summary>
    public Task Closed => _closed.Task.Unwrap();

    public void Start()
    {
        _connection.Signal(ConnectionSignal.Lost, StatusReason.Starting);
        Load();
    }

    /// <summary>For a durable subscription: everything up to this sequence has been dealt with.</summary>
    public void Acknowledge(long sequence) => _acknowledgements?.Want(sequence);

    /// <summary>Ends it: acknowledges, closes the sockets, and hands over nothing any more. Nothing opens it again.</summary>
    public void Close(StatusReason reason = StatusReason.Closed)
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _acknowledgements?.Flush();
        _acknowledgements?.Stop();
        _timers.Stop();
        _succession?.Stop();
        _queue.Stop(() => _keeper.Finish(() => _closed.TrySetResult(_sockets.WhenGoneAsync())));
        _keeper.Stop();
        _connection.Signal(ConnectionSignal.Closed, reason);
    }

    ValueTask<bool> IQueueOwner.HandleAsync(RecordedEvent recorded) => _owner.HandleAsync(recorded);

    ValueTask<bool> IQueueOwner.HandleResetAsync(DeliveryReset reset) => _owner.HandleResetAsync(reset);

    void IQueueOwner.Failed(Exception cause) =>
        Fail(ErrorCodes.HandlerFailed, "A handler failed; delivery goes on", cause);

    void IQueueOwner.Handled(Cursor cursor, bool isPause, bool isReset)
    {
        _cursor = cursor;
        _keeper.Note(cursor);
        if (isPause)
        {
            _keeper.Save();
        }

        if (!_isClosed)
        {
            _acknowledgements?.Handled(cursor, isReset);
        }
    }

    void ISuccessionOwner.Report(DeliveryException error) => _owner.Failed(error);

    void ISuccessionOwner.Refused(DeliveryException error)
    {
        _owner.Failed(error);
        Close(StatusReason.Refused);
    }

    void ISuccessionOwner.Subscribed() => _acknowledgements?.Retry();

    void ISuccessionOwner.CaughtUp()
    {
        _keeper.Save();
        _acknowledgements?.Retry();
    }

    void ISuccessionOwner.Acknowledged(Cursor cursor) => _acknowledgements?.Confirm(cursor);

    private void Load()
    {
        if (_options.CursorStore is not { } store)
        {
            Connect(stored: null);
            return;
        }

        _surroundings.Mailbox.Await(() => store.LoadAsync(_surroundings.Ended), Loaded, NotLoaded);
    }

    private void Loaded(Cursor? stored)
    {
        if (_isClosed)
        {
            return;
        }

        if (stored is not null && (stored.Epoch is null || stored.Sequence < 0))
        {
            NotLoaded(new FormatException("Expected an epoch and a sequence from 0 on"));
            return;
        }

        if (stored is not null)
        {
            _keeper.Begin(stored);
        }

        Connect(stored);
    }

    private void NotLoaded(Exception cause)
    {
        if (_isClosed)
        {
            return;
        }

        if (cause is FormatException)
        {
            Fail(ErrorCodes.StoreUnreadable, "What was stored is no cursor: beginning as if nothing was", cause);
            Connect(stored: null);
            return;
        }

        var wait = _backoff.Next();
        _timers.Set(Timer.Start, wait, Load);
        _connection.Signal(ConnectionSignal.Lost, StatusReason.StoreFailed, wait);
        Fail(ErrorCodes.StoreFailed, "The cursor could not be loaded", cause);
    }

    private void Connect(Cursor? stored)
    {
        // Who was told of an unreadable store may have closed us.
        if (_isClosed)
        {
            return;
        }

        var start = stored is null ? _options.Start : StartFrom.Cursor(stored);
        var rule = new DeliveryRule(start, _options.IsStrict);
        _cursor = rule.Cursor;
        Intake? intake = null;
        intake = new Intake(rule, _queue, _surroundings.Timing.Queue, () =>
        {
            _connection.Signal(ConnectionSignal.HeldUp, StatusReason.HandlerSlow);
            intake!.WhenDrained(() => _succession?.Current?.AskPage());
        });
        var tokens = new TokenDesk(_options.Tokens, _options.Scopes, _owner.Failed, _surroundings);
        _succession = new Succession(_options.Wish, tokens, _connection, intake, this, _surroundings);
        _succession.Connect();
    }

    private bool SendAcknowledgement(Cursor cursor) =>
        _options.Wish.Subscription is { } name && _succession?.Current?.Acknowledge(name, cursor) == true;

    private void Fail(string code, string message, Exception cause) =>
        _owner.Failed(new DeliveryException(new TidingsProblem(code, message) { IsRetryable = true }, cause));
}
