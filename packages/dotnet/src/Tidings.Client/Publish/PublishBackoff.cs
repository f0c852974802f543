namespace Tidings.Client;

/// <summary>
/// How long to wait after a failure: anything up to a limit that doubles ("full jitter"), so that clients that have
/// failed together do not come back together. Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
/// </summary>
internal sealed class PublishBackoff(TimeSpan longestFirst, TimeSpan cap, Func<double> random)
{
    private int _failures;

    /// <summary>Counts a failure. Returns how long to wait before another try.</summary>
    public TimeSpan Next()
    {
        var limit = Math.Min(cap.TotalMilliseconds, longestFirst.TotalMilliseconds * Math.Pow(2, _failures));
        _failures += 1;
        return TimeSpan.FromMilliseconds(Math.Floor(random() * limit));
    }

    public void Reset() => _failures = 0;
}
