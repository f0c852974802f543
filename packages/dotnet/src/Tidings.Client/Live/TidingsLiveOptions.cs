using System.Net.WebSockets;

namespace Tidings.Client;

/// <summary>What <see cref="TidingsLive"/> can be told.</summary>
public sealed record TidingsLiveOptions
{
    /// <summary><c>wss://…</c>, the hub's <c>socketUrl</c>. The token never becomes part of it.</summary>
    public required string SocketUrl { get; init; }

    /// <summary>
    /// <c>https://…</c>, the hub's <c>apiUrl</c>: an event that is too large for a socket is fetched from there, with the
    /// same token, before it is handed over. It takes the environment's scope for reading. Absent: such an event comes
    /// without data, and with the URL of the whole in <see cref="RecordedEvent.DataRef"/>.
    /// </summary>
    public string? ApiUrl { get; init; }

    /// <summary>Which events are wanted. Absent: all that the token may see.</summary>
    public EventFilter? Filter { get; init; }

    /// <summary>Where to begin if the store holds nothing. Default: with what comes from now on.</summary>
    public StartFrom Start { get; init; } = StartFrom.Now;

    /// <summary>Where the cursor is kept between two lives. Absent: it lives as long as the client.</summary>
    public ICursorStore? CursorStore { get; init; }

    /// <summary>
    /// Whether order comes before speed. If not (default), an event is handed over as soon as it comes; one that was lost
    /// before it comes after it, and while the client catches up, new ones may come before old ones. Every event once,
    /// either way. If so, events come in the order of their sequence, always, and each gap costs a question to the hub,
    /// though most gaps are other people's events.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>What the token must allow: handed on to the token source. Default: <c>events:read</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["events:read"];

    /// <summary>How long things take, and how much may wait.</summary>
    public DeliveryTiming Timing { get; init; } = new();

    /// <summary>
    /// Told of each change of state, and of each new reason to wait. It must return soon, and must not wait for the client.
    /// </summary>
    public Action<ConnectionStatus>? StatusChanged { get; init; }

    /// <summary>
    /// Told that history was cut, between the last event of before and the first of after; what comes after waits for it.
    /// So does <see cref="TidingsLive.DisposeAsync"/>, which cancels its token: do not wait for that in it. If it ends by
    /// the cancellation, the next life is told again.
    /// </summary>
    public Func<DeliveryReset, CancellationToken, Task>? Reset { get; init; }

    /// <summary>
    /// Told of what went wrong; unless the state is closed, the client goes on by itself. It must return soon, and must not
    /// wait for the client. Everything is logged too.
    /// </summary>
    public Action<DeliveryException>? Error { get; init; }

    /// <summary>
    /// For proxies, certificates and the like. Called for each socket. Where it is given, and on .NET Framework, the
    /// platform may follow a redirection of the handshake, though without the token; otherwise none is followed.
    /// </summary>
    public Action<ClientWebSocketOptions>? ConfigureWebSocket { get; init; }

    /// <summary>Throws for what cannot be used.</summary>
    /// <exception cref="OptionsException">OPTIONS_INVALID</exception>
    internal Uri Check()
    {
        if (!Uri.TryCreate(SocketUrl, UriKind.Absolute, out var socketUrl)
            || socketUrl.Scheme is not ("ws" or "wss")
            || HubUrl.Problem($"http{SocketUrl.Substring(2)}") is not null)
        {
            throw new OptionsException("Expected a SocketUrl wss://… without user name (ws for this machine only), found something else");
        }

        if (ApiUrl is not null)
        {
            OptionsCheck.ApiUrl(ApiUrl);
        }

        Timing.Check();
        if (Filter is not null && FilterRules.Check(Filter) is { Count: > 0 } violations)
        {
            throw new OptionsException($"The filter cannot be used: {violations[0].Path} {violations[0].Message}", violations);
        }

        if (Start.After is { Sequence: < 0 or > Cursor.LargestSequence })
        {
            throw new OptionsException($"Expected a sequence from 0 to {Cursor.LargestSequence}, found {Start.After.Sequence}");
        }

        return socketUrl;
    }
}
