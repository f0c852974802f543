using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tidings.Client.Events;

namespace Tidings.Client;

/// <summary>
/// Live events of a hub, each once, whatever happens to the network, the token or the process in between.
/// <para>
/// It connects when somebody reads: by <see cref="ReadAllAsync"/> or one of the <c>RunAsync</c>, one at a time, because a
/// client has one cursor. Events come one at a time; the cursor passes an event when the loop asks for the next one, or the
/// handlers have ended. Until somebody reads again, events wait. While they are slow, the hub is not asked for more.
/// </para>
/// <para>
/// What will not happen: an event is not handed over twice while the client lives, unless a reset has said in between that
/// the history is another, or a loop was left at it; after a crash, what came after the stored cursor comes again. Nothing
/// is stored but the cursor. The token is not verified, and never in a URL, a log or an exception.
/// </para>
/// </summary>
public sealed class TidingsLive : IAsyncDisposable, IDeliveryOwner
{
    private readonly TidingsLiveOptions _options;
    private readonly ILogger _logger;
    private readonly Mailbox _mailbox;
    private readonly DeliveryClient _client;
    private readonly Handover _handover;
    private readonly WholeEvents? _whole;
    private readonly EventHandlers _handlers = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly HttpClient? _ownHttp;
    private DeliveryException? _refusal;
    private Exception? _fault;
    private int _isConnecting;
    private Task? _disposed;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="options">What to read, and from where.</param>
    /// <param name="tokens">
    /// Gives access tokens, for each socket and before the last one ends. If it fails, it is asked again with back-off. Only
    /// the <c>exp</c> of a token is read; one without is used until the hub refuses it.
    /// </param>
    /// <param name="logger">Where to log to.</param>
    /// <param name="timeProvider">Absent: the system's.</param>
    /// <param name="http">
    /// Fetches large events; it should follow no redirects. see <see cref="TidingsHttp"/>. Absent: one of its own. It is not disposed.
    /// </param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public TidingsLive(
        TidingsLiveOptions options,
        ITokenSource tokens,
        ILogger<TidingsLive>? logger = null,
        TimeProvider? timeProvider = null,
        HttpClient? http = null)
        : this(options, tokens, new LiveSurroundings { Logger = logger, Time = timeProvider, Http = http })
    {
    }

    internal TidingsLive(TidingsLiveOptions options, ITokenSource tokens, LiveSurroundings world)
    {
        var url = options.Check();
        _options = options;
        _logger = new UnfailingLogger(world.Logger ?? NullLogger<TidingsLive>.Instance);
        _mailbox = new Mailbox(Faulted);
        _handover = new Handover(_mailbox);
        var surroundings = new DeliverySurroundings
        {
            Mailbox = _mailbox,
            Time = world.Time ?? TimeProvider.System,
            Timing = options.Timing,
            Random = world.Random ?? Chance.Next,
            Sockets = world.CreateSockets?.Invoke(_mailbox) ?? new WebSocketFactory(
                _mailbox,
                new WebSocketOptions { Url = url, Configure = options.ConfigureWebSocket }),
            Ended = _ended.Token,
        };
        var lastToken = new LastToken(tokens, options.Scopes);
        if (options.ApiUrl is not null)
        {
            _ownHttp = world.Http is null ? TidingsHttp.CreateClient() : null;
            var http = world.Http ?? _ownHttp!;
            _whole = new WholeEvents(options.ApiUrl, http, lastToken, surroundings, ((IDeliveryOwner)this).Failed);
        }

        var delivery = new DeliveryOptions
        {
            Wish = new Wish { Filter = options.Filter ?? new EventFilter() },
            Tokens = lastToken,
            Scopes = options.Scopes,
            Start = options.Start,
            IsStrict = options.Strict,
            CursorStore = options.CursorStore,
        };
        _client = new DeliveryClient(delivery, this, surroundings);
    }

    /// <summary>What the connection is at; connecting before there is one.</summary>
    public ConnectionState State => _client.State;

    /// <summary>Everything up to here has been dealt with; absent until the hub has said where it begins.</summary>
    public Cursor? Cursor => _client.Cursor;

    /// <summary>Connects, unless that has been done. Reading does it by itself; events wait until somebody reads.</summary>
    public void Connect()
    {
        if (Interlocked.Exchange(ref _isConnecting, 1) == 0)
        {
            _mailbox.Post(_client.Start);
        }
    }

    /// <summary>
    /// The events, for <c>await foreach</c>. An event counts as dealt with when the loop asks for the next, also if it asks
    /// with a token that was cancelled meanwhile. A loop that is left at an event (<c>break</c>, <c>return</c>, an
    /// exception) leaves it undone: the next loop, or the next life, begins with it. The loop ends when the client is
    /// disposed of; its last event then counts as not dealt with.
    /// </summary>
    /// <param name="cancellationToken">Ends the loop; the client goes on.</param>
    /// <exception cref="DeliveryException">The hub refuses for good.</exception>
    /// <exception cref="InvalidOperationException">Another loop is reading.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async IAsyncEnumerable<RecordedEvent> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Connect();
        var reader = new object();
        try
        {
            while (await _handover.NextAsync(reader, cancellationToken).ConfigureAwait(false) is { } recorded)
            {
                yield return recorded;
            }
        }
        finally
        {
            _handover.Leave(reader);
        }
    }

    /// <summary>
    /// Hands each event to a handler, one at a time. What the handler throws is reported, and stops nothing: its event
    /// counts as dealt with, so whoever must not lose it tries again inside. A handler that ends by the cancellation has not
    /// dealt with its event; one that ends well in spite of it has.
    /// </summary>
    /// <param name="handler">What to do with an event, within its consumer span.</param>
    /// <param name="cancellationToken">Ends it, once the handler has ended; the client goes on.</param>
    /// <returns>Ends when the client is disposed of.</returns>
    /// <exception cref="DeliveryException">The hub refuses for good.</exception>
    /// <exception cref="InvalidOperationException">Another loop is reading.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(
        Func<RecordedEvent, CancellationToken, Task> handler,
        CancellationToken cancellationToken = default)
    {
        await foreach (var recorded in ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            using var activity = TidingsDiagnostics.StartProcess(recorded);
            try
            {
                await handler(recorded, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception cause)
            {
                TidingsDiagnostics.Fail(activity, ErrorCodes.HandlerFailed);
                ReportHandler(cause, recorded, pattern: null);
            }
        }
    }

    /// <summary>
    /// The same with the handlers that <c>On</c> has registered. All that match an event are called, without waiting
    /// for each other; the next event comes when all of them have ended. An event that none matches counts as dealt with.
    /// </summary>
    /// <param name="cancellationToken">Ends it, once the handlers have ended; the client goes on.</param>
    /// <exception cref="DeliveryException">The hub refuses for good.</exception>
    /// <exception cref="InvalidOperationException">Another loop is reading, or there is no handler.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task RunAsync(CancellationToken cancellationToken = default) =>
        _handlers.IsEmpty
            ? throw new InvalidOperationException("Expected handlers, registered by On, found none: events would be passed over")
            : RunAsync(
                (recorded, token) => _handlers.CallAsync(
                    recorded,
                    (cause, pattern) => ReportHandler(cause, recorded, pattern),
                    token),
                cancellationToken);

    /// <summary>
    /// Registers a handler for the events whose type a pattern matches. In a pattern <c>*</c> stands for any run of
    /// characters but <c>.</c>, and alone for everything. The hub sends what the filter asks for; patterns choose among it.
    /// </summary>
    /// <param name="pattern">Such as <c>bank.*</c>.</param>
    /// <param name="handler">Called by <see cref="RunAsync(CancellationToken)"/>.</param>
    /// <returns>What takes the handler away.</returns>
    public IDisposable On(string pattern, Func<RecordedEvent, CancellationToken, Task> handler) =>
        _handlers.Add(pattern, handler);

    /// <summary>
    /// Registers a handler for the events of one type, which is given the data as that type's class. If the data breaks the
    /// schema, that is a failure of the handler.
    /// </summary>
    /// <typeparam name="TData">A generated class, such as <see cref="BankTransactionCreatedV1"/>.</typeparam>
    /// <param name="handler">Called by <see cref="RunAsync(CancellationToken)"/>.</param>
    /// <returns>What takes the handler away.</returns>
    public IDisposable On<TData>(Func<RecordedEvent, TData, CancellationToken, Task> handler)
        where TData : class =>
        _handlers.Add(
            "*",
            (recorded, token) => recorded.TryGetData<TData>(out var data) ? handler(recorded, data, token) : Task.CompletedTask);

    /// <summary>
    /// Ends it for good. Loops end at once; what they have under way counts as not dealt with, and is not waited for: to end
    /// after it, cancel the loop first. Afterwards the cursor is saved, and no timer, task or socket is left.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await LazyInitializer.EnsureInitialized(ref _disposed, EndAsync)!.ConfigureAwait(false);
        _ended.Dispose();
        _ownHttp?.Dispose();
    }

    ValueTask<bool> IDeliveryOwner.HandleAsync(RecordedEvent recorded) =>
        _whole?.IsNeeded(recorded) == true
            ? new ValueTask<bool>(FetchAndPutAsync(_whole, recorded))
            : _handover.PutAsync(recorded);

    ValueTask<bool> IDeliveryOwner.HandleResetAsync(DeliveryReset reset)
    {
        _logger.HistoryCut(reset.Reason, reset.Oldest);
        return _options.Reset is { } tell ? new ValueTask<bool>(TellResetAsync(tell, reset)) : new ValueTask<bool>(true);
    }

    void IDeliveryOwner.StatusChanged(ConnectionStatus status)
    {
        _logger.StatusChanged(status.State, status.Reason, status.Previous, status.RetryIn);
        try
        {
            _options.StatusChanged?.Invoke(status);
        }
        catch (Exception cause)
        {
            Report(ErrorCodes.HandlerFailed, "StatusChanged has failed", cause);
        }

        if (status.State == ConnectionState.Closed)
        {
            _handover.Close(_fault ?? (status.Reason == StatusReason.Refused ? _refusal : null));
            CancelUsers();
        }
    }

    void IDeliveryOwner.Failed(DeliveryException error)
    {
        if (string.Equals(error.Code, ErrorCodes.HubRefused, StringComparison.Ordinal))
        {
            _refusal = error;
        }

        _logger.Failed(error.InnerException, error.Code, error.Detail, error.EventId);
        try
        {
            _options.Error?.Invoke(error);
        }
        catch (Exception)
        {
            // Whoever is told of errors has failed itself: there is nobody left to tell.
        }
    }

    /// <summary>Tells what the user does for the client that it is of no use any more.</summary>
    private void CancelUsers()
    {
        try
        {
            _ended.Cancel();
        }
        catch (AggregateException cause)
        {
            // All were told; one that fails at it is no mistake of ours.
            Report(ErrorCodes.HandlerFailed, "What was registered for the cancellation has failed", cause);
        }
    }

    private async Task<bool> FetchAndPutAsync(WholeEvents events, RecordedEvent recorded) =>
        await events.FetchAsync(recorded).ConfigureAwait(false) is { } whole
        && await _handover.PutAsync(whole).ConfigureAwait(false);

    private async Task<bool> TellResetAsync(Func<DeliveryReset, CancellationToken, Task> tell, DeliveryReset reset)
    {
        // Not within the mailbox: it may take its time, also before its first await.
        try
        {
            await Task.Run(() => tell(reset, _ended.Token)).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The next life is told again: history that is missing is nothing to pass over.
            return false;
        }
    }

    private void ReportHandler(Exception cause, RecordedEvent recorded, string? pattern)
    {
        var who = pattern is null ? "The handler" : $"A handler of \"{pattern}\"";
        var problem = new TidingsProblem(ErrorCodes.HandlerFailed, $"{who} failed at the event {recorded.Id}; delivery goes on");
        var error = new DeliveryException(problem, cause) { EventId = recorded.Id };
        _mailbox.Post(() => ((IDeliveryOwner)this).Failed(error));
    }

    private void Report(string code, string detail, Exception cause) =>
        ((IDeliveryOwner)this).Failed(new DeliveryException(new TidingsProblem(code, detail), cause));

    /// <summary>A mistake of ours: to go on would be to guess, so it ends, and whoever reads is told.</summary>
    private void Faulted(Exception cause)
    {
        _logger.Faulted(cause);
        _fault ??= cause;
        _client.Close();
    }

    private async Task EndAsync()
    {
        _mailbox.Post(() => _client.Close());
        await _client.Closed.ConfigureAwait(false);
        _mailbox.Complete();
        await _mailbox.Completion.ConfigureAwait(false);
    }
}
