namespace Tidings.Client;

/// <summary>How long a timer can wait.</summary>
internal static class TimerLength
{
    /// <summary>Longer than any wait of ours, and short enough for every timer. Source: Timer.MaxSupportedTimeout.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(24);
}
