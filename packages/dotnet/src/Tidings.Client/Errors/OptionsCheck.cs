namespace Tidings.Client;

/// <summary>What holds for the options of several clients.</summary>
internal static class OptionsCheck
{
    /// <summary>The base URL of the hub's HTTP API.</summary>
    /// <exception cref="OptionsException">OPTIONS_INVALID</exception>
    public static void ApiUrl(string? url)
    {
        if (HubUrl.BaseProblem(url) is { } problem)
        {
            throw new OptionsException($"Not to be used as ApiUrl: {problem}");
        }
    }

    /// <exception cref="OptionsException">OPTIONS_INVALID</exception>
    public static void Time(string name, TimeSpan value)
    {
        // A timer takes no more, and nobody waits for weeks.
        if (value < TimeSpan.Zero || value > TimerLength.Longest)
        {
            throw new OptionsException($"Expected Timing.{name} to be from 0 to 24 days, found {value}");
        }
    }

    /// <exception cref="OptionsException">OPTIONS_INVALID</exception>
    public static void Count(string name, int value)
    {
        if (value < 1)
        {
            throw new OptionsException($"Expected Timing.{name} to be from 1 on, found {value}");
        }
    }
}
