namespace Tidings.Client;

/// <summary>How long things take, and how much may wait.</summary>
public sealed record DeliveryTiming
{
    /// <summary>Longest wait for an answer on an open socket; then it counts as dead. Default: 15 s.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest wait for a token, and longest wait for a handshake. Default: 30 s each.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Longest first wait after a failure; it doubles up to <see cref="BackoffCap"/>. The wait itself is random, from 0.
    /// Default: 1 s.
    /// </summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait after a failure. Default: 30 s.</summary>
    public TimeSpan BackoffCap { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A socket that has lived so long was no failure. Default: 10 s.</summary>
    public TimeSpan Stable { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A socket is replaced before it is so old, up to a tenth earlier by chance. Default: 110 minutes, because API Gateway
    /// ends a socket after two hours. Source: API Gateway quotas, WebSocket API.
    /// </summary>
    public TimeSpan SocketLife { get; init; } = TimeSpan.FromMinutes(110);

    /// <summary>
    /// A token is renewed so long before it ends, or after three quarters of what is left of it if that is little.
    /// Default: 60 s.
    /// </summary>
    public TimeSpan TokenMargin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Acknowledgements are sent at most so often. Default: 1 s.</summary>
    public TimeSpan Acknowledge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Most events that wait for the handler before live ones are dropped, to come again by pages. Default: 1000.
    /// </summary>
    public int Queue { get; init; } = 1000;

    /// <exception cref="OptionsException">OPTIONS_INVALID</exception>
    internal void Check()
    {
        OptionsCheck.Time(nameof(Answer), Answer);
        OptionsCheck.Time(nameof(Attempt), Attempt);
        OptionsCheck.Time(nameof(BackoffBase), BackoffBase);
        OptionsCheck.Time(nameof(BackoffCap), BackoffCap);
        OptionsCheck.Time(nameof(Stable), Stable);
        OptionsCheck.Time(nameof(SocketLife), SocketLife);
        OptionsCheck.Time(nameof(TokenMargin), TokenMargin);
        OptionsCheck.Time(nameof(Acknowledge), Acknowledge);
        OptionsCheck.Count(nameof(Queue), Queue);
    }
}
