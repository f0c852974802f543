namespace Tidings.Client;

/// <summary>
/// How long to wait after a failure: anything up to a limit that doubles ("full jitter"), so that clients that have failed
/// together do not come back together. Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
/// </summary>
internal sealed class Backoff
{
    private const int MostDoublings = 30;
    private readonly TimeSpan _first;
    private readonly TimeSpan _most;
    private readonly Func<double> _random;
    private int _failures;

    /// <param name="first">Longest first wait; it doubles with every failure.</param>
    /// <param name="most">Longest wait.</param>
    /// <param name="random">Gives a number from 0 up to but not including 1.</param>
    public Backoff(TimeSpan first, TimeSpan most, Func<double> random)
    {
        _first = first;
        _most = most;
        _random = random;
    }

    /// <summary>Counts a failure, and says how long to wait before another try.</summary>
    public TimeSpan Next()
    {
        var limit = Math.Min(_most.TotalMilliseconds, _first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, MostDoublings)));
        _failures++;
        return TimeSpan.FromMilliseconds(Math.Floor(_random() * limit));
    }

    /// <summary>Something went well: the next wait is short again.</summary>
    public void Reset() => _failures = 0;
}
