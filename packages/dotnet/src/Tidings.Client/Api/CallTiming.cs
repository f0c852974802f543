namespace Tidings.Client;

/// <summary>How long a call that somebody waits for may take, and how often it tries.</summary>
internal sealed record CallTiming
{
    /// <summary>Longest wait for a token and one answer together. API Gateway itself gives up after 30 s.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for the call, all tries and waits together.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Most tries.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Longest first wait before another try; it doubles. The wait itself is random, from 0.</summary>
    public TimeSpan BackoffFirst { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait before another try.</summary>
    public TimeSpan BackoffMost { get; init; } = TimeSpan.FromSeconds(10);
}
