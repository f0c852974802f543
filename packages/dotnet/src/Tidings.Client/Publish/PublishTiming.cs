namespace Tidings.Client;

/// <summary>How long publishing may take, and how often it tries.</summary>
public sealed record PublishTiming
{
    /// <summary>What is used where nothing else is said.</summary>
    public static PublishTiming Default { get; } = new();

    /// <summary>Longest wait for the answer to one request. API Gateway itself gives up after 30 s.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time for one call of <c>PublishAsync</c>, all tries and waits together.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Most tries of one event.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>
    /// Longest first wait before another try; it doubles up to <see cref="BackoffCap"/>. The wait itself is random, from 0.
    /// </summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait before another try, unless the hub asks for more.</summary>
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
