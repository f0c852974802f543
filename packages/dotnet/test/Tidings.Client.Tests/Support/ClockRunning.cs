using System.Diagnostics;

namespace Tidings.Client.Tests;

/// <summary>
/// Lets the manual clock run while something waits for it. It goes from timer to timer, each when nothing else is under way;
/// a timer that bounds a wait for somebody's answer only goes off if the test says that there is none. So a slow machine is
/// not taken for time that has passed.
/// </summary>
internal static class ClockRunning
{
    /// <summary>Below the longest wait for an answer, and above every other wait.</summary>
    private static readonly TimeSpan s_leap = TimeSpan.FromSeconds(29);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Waits until the thread pool has had nothing to do for some milliseconds, but for waiting here; not for ever, because
    /// another test may have left something that never rests.
    /// </summary>
    private static async Task SettleAsync()
    {
        for (var (quiet, tries) = (0, 0); quiet < 3 && tries < 100; tries++)
        {
            var before = ThreadPool.CompletedWorkItemCount;
            await Task.Delay(1);
            var isQuiet = ThreadPool.PendingWorkItemCount == 0 && ThreadPool.CompletedWorkItemCount - before <= 2;
            quiet = isQuiet ? quiet + 1 : 0;
        }
    }

    /// <param name="clock">The clock to run.</param>
    /// <param name="task">Until this has ended.</param>
    /// <param name="isSilent">Whether somebody waits for an answer that never comes.</param>
    public static async Task<T> RunAsync<T>(this ManualTimeProvider clock, Task<T> task, Func<bool>? isSilent = null)
    {
        await clock.RunUntilAsync(() => task.IsCompleted, isSilent);
        return await task;
    }

    public static async Task RunAsync(this ManualTimeProvider clock, Task task, Func<bool>? isSilent = null)
    {
        await clock.RunUntilAsync(() => task.IsCompleted, isSilent);
        await task;
    }

    public static async Task RunUntilAsync(this ManualTimeProvider clock, Func<bool> isSo, Func<bool>? isSilent = null)
    {
        var begun = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(begun.Elapsed < s_patience, "What the test waits for did not happen");
            await SettleAsync();
            if (isSo())
            {
                return;
            }

            var most = isSilent?.Invoke() == true ? TimeSpan.FromMinutes(1) : s_leap;
            if (!clock.AdvanceToNext(most))
            {
                // Not for the clock: something is under way on another thread.
                await Task.Delay(1);
            }

            await Task.Yield();
        }
    }
}
