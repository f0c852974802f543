namespace Tidings.Client;

/// <summary>Numbers by chance, for waits that are not to end together.</summary>
internal static class Chance
{
#if NET
    /// <summary>From 0 up to but not including 1.</summary>
    public static double Next() => Random.Shared.NextDouble();
#else
    private static readonly Random Source = new();

    /// <summary>From 0 up to but not including 1.</summary>
    public static double Next()
    {
        lock (Source)
        {
            return Source.NextDouble();
        }
    }
#endif
}
