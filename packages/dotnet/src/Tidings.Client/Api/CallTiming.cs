namespace Tidings.Client;

/// <summary>How long a call to the hub may take, and how often it tries.</summary>
public sealed record CallTiming
{
    /// <summary>Longest wait for a token and one answer together. Default: 30 s, after which API Gateway gives up.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for the call, all tries and waits together. Default: 45 s.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Most tries. Default: 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>
    /// Longest first wait before another try; it doubles up to <see cref="BackoffCap"/>. The wait itself is random, from 0.
    /// Default: 200 ms.
    /// </summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait before another try, unless the hub asks for more. Default: 10 s.</summary>
    public TimeSpan BackoffCap { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="OptionsException">OPTIONS_INVALID</exception>
    internal void Check()
    {
        OptionsCheck.Time(nameof(Request), Request);
        OptionsCheck.Time(nameof(Budget), Budget);
        OptionsCheck.Count(nameof(Attempts), Attempts);
        OptionsCheck.Time(nameof(BackoffBase), BackoffBase);
        OptionsCheck.Time(nameof(BackoffCap), BackoffCap);
    }
}
