using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Tidings.Client;

/// <summary>
/// Publishes straight on EventBridge, for services with AWS credentials. It may be used by several threads at once, and
/// one of it is enough for a process.
/// </summary>
/// <remarks>
/// An accepted event is on its bus. Whether its data keeps to the schema the bus does not say: what breaks it ends in a
/// dead-letter queue, with the reason.
/// </remarks>
public sealed class TidingsBusClient : ITidingsPublisher, IDisposable
{
    private readonly PublishingCalls _calls;
    private readonly Buses _buses;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _timeProvider;
    private readonly IEventBridge _eventBridge;
    private readonly OwnEventBridge? _own;

    /// <param name="options">Which buses, and how long; absent: those that the environment names.</param>
    /// <param name="eventBridge">
    /// What puts the events. Absent: an <see cref="EventBridgeClient"/> with the ambient credentials, made when the first
    /// event is published; its region is that of the buses if they are named by ARN, else the ambient one.
    /// </param>
    /// <param name="logger">Is told of what is tried again and of what is rejected, without data.</param>
    /// <param name="timeProvider">The clock; absent: the system's.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public TidingsBusClient(
        TidingsBusOptions? options = null,
        IEventBridge? eventBridge = null,
        ILogger<TidingsBusClient>? logger = null,
        TimeProvider? timeProvider = null)
    {
        options ??= new TidingsBusOptions();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _calls = new PublishingCalls(
            options.Timing,
            _timeProvider,
            options.Random ?? Chance.Next,
            logger ?? NullLogger<TidingsBusClient>.Instance);
        _buses = options.Buses ?? Buses.FromVariable();
        _limit = options.Timing.Request;
        _own = eventBridge is null ? new OwnEventBridge(_buses.Region) : null;
        _eventBridge = eventBridge ?? _own!;
    }

    /// <inheritdoc />
    public Task<PublishedEvent> PublishAsync(NewEvent newEvent, CancellationToken cancellationToken = default) =>
        _calls.PublishAsync(newEvent, TransportFor, cancellationToken);

    /// <inheritdoc />
    public Task<PublishResult> PublishAsync(IEnumerable<NewEvent> newEvents, CancellationToken cancellationToken = default) =>
        _calls.PublishAsync(newEvents, TransportFor, cancellationToken);

    /// <summary>Lets go of connections, if they are its own.</summary>
    public void Dispose() => _own?.Dispose();

    private BusTransport TransportFor(IReadOnlyList<PreparedEvent> events) =>
        new(_eventBridge, _buses, _limit, _timeProvider);

    /// <summary>A client that is made when it is needed: to look for a region may take a while, or fail.</summary>
    private sealed class OwnEventBridge(string? region) : IEventBridge, IDisposable
    {
        // What has failed is tried again: credentials and regions may come later.
        private readonly Lazy<EventBridgeClient> _client = new(
            () => new EventBridgeClient(new EventBridgeClientOptions { Region = region }),
            LazyThreadSafetyMode.PublicationOnly);

        public async Task<IReadOnlyList<EventBridgeResult>> PutEventsAsync(
            IReadOnlyList<EventBridgeEntry> entries,
            CancellationToken cancellationToken) =>
            await _client.Value.PutEventsAsync(entries, cancellationToken).ConfigureAwait(false);

        public void Dispose()
        {
            if (_client.IsValueCreated)
            {
                _client.Value.Dispose();
            }
        }
    }
}
