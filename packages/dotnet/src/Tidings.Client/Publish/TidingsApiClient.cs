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
    /// <exception cref="PublishException">OPTIONS_INVALID: <see cref="TidingsException.Detail"/> names the option.</exception>
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
        var timing = options.Timing ?? PublishTiming.Default;
        _calls = new PublishingCalls(timing, clock, options.Random ?? Chance.Next, log);
        _access = new HubAccess(http, EventsUrlOf(options.ApiUrl), tokens, timing, clock, log);
    }

    /// <inheritdoc/>
    public Task<PublishedEvent> PublishAsync(NewEvent newEvent, CancellationToken cancellationToken = default) =>
        _calls.PublishAsync(newEvent, TransportFor, cancellationToken);

    /// <inheritdoc/>
    public Task<PublishResult> PublishAsync(IEnumerable<NewEvent> newEvents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(newEvents);
        return _calls.PublishAsync(newEvents, TransportFor, cancellationToken);
    }

    private HubTransport TransportFor(IReadOnlyList<PreparedEvent> events) => new(_access, events);

    private static Uri EventsUrlOf(string? apiUrl)
    {
        if (HubUrl.Problem(apiUrl) is { } problem)
        {
            throw Refuse($"Not to be used as ApiUrl: {problem}");
        }

        var url = new Uri(apiUrl!);
        return url.Query.Length == 0 && url.Fragment.Length == 0
            ? new Uri($"{url.GetLeftPart(UriPartial.Path).TrimEnd('/')}/events")
            : throw Refuse("Expected ApiUrl to be a URL without query and fragment, found one with");
    }

    private static PublishException Refuse(string detail) =>
        new PublishProblem(ErrorCodes.OptionsInvalid, detail).ToException();
}
