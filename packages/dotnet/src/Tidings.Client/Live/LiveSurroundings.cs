using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>The world of a live client. What is absent is taken from the system.</summary>
internal sealed record LiveSurroundings
{
    public ILogger? Logger { get; init; }

    public TimeProvider? Time { get; init; }

    public HttpClient? Http { get; init; }

    public Func<double>? Random { get; init; }

    public Func<Mailbox, ISocketFactory>? CreateSockets { get; init; }
}
