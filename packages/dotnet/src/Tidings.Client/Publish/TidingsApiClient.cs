using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Tidings.Client;

/// <summary>
/// Publishes over HTTP, from anywhere. What may be tried again is tried again, after growing waits and always under the
/// same id: so it is recorded once. What was accepted is not sent again.
/// </summary>
public sealed class TidingsApiClient : ITidingsPublisher
{
    private readonly PublishingCalls _calls;
    private readonly HubAccess _access;

    /// <summary>Makes a client. It is meant to be kept, and to be shared by threads.</summary>
    /// <param name="http">
    /// Sends the requests. It must follow no redirections: take that of <see cref="TidingsHttp"/>, or its handler. Its own
    /// time limit applies besides <see cref="PublishTiming.Request"/>.
    /// </param>
    /// <param name="options">Where the hub is.</param>
    /// <param name="tokens">
    /// Gives tokens with the scopes that are named like the modules of the events, such as a
    /// <see cref="ClientCredentialsTokenSource"/>.
    /// </param>
    /// <param name="logger">Is told of what is tried again. It never sees a token or the data of an event.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public TidingsApiClient(
        HttpClient http,
        TidingsApiOptions options,
        ITokenSource tokens,
        ILogger<TidingsApiClient>? logger = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tokens);
        var clock = timeProvider ?? TimeProvider.System;
        var log = logger ?? NullLogger<TidingsApiClient>.Instance;
        _calls = new PublishingCalls(options.Timing, clock, options.Random ?? Chance.Next, log);
        _access = new HubAccess(http, EventsUrlOf(options.ApiUrl), tokens, options.Timing, clock, log);
    }

    /// <inheritdoc/>
    public Task<PublishedEvent> PublishAsync(NewEvent newEvent, CancellationToken cancellationToken = default) =>
        _calls.PublishAsync(newEvent, TransportFor, cancellationToken);

    /// <inheritdoc/>
    public Task<PublishResult> PublishAsync(IEnumerable<NewEvent> newEvents, CancellationToken cancellationToken = default) =>
        _calls.PublishAsync(newEvents, TransportFor, cancellationToken);

    private HubTransport TransportFor(IReadOnlyList<PreparedEvent> events) => new(_access, events);

    private static Uri EventsUrlOf(string apiUrl)
    {
        OptionsCheck.ApiUrl(apiUrl);
        return new Uri($"{new Uri(apiUrl).GetLeftPart(UriPartial.Path).TrimEnd('/')}/events");
    }
}
