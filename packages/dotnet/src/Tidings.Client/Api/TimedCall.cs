namespace Tidings.Client;

/// <summary>Waiting that ends.</summary>
internal static class TimedCall
{
    private const int ByTime = 1;
    private const int ByCaller = 2;

    /// <summary>
    /// What <paramref name="run"/> gives, unless it takes too long or is cancelled. Then it is told by its token and left
    /// alone: it may be code of the user's that does not listen.
    /// </summary>
    /// <exception cref="TimeoutException">It took longer than <paramref name="limit"/>.</exception>
    /// <exception cref="OperationCanceledException">The caller has ended it.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> run,
        TimeSpan limit,
        TimeProvider timeProvider,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var cause = 0;
        var interrupted = new TaskCompletionSource<bool>();
        using var stop = new CancellationTokenSource();

        void Interrupt(int by)
        {
            if (Interlocked.CompareExchange(ref cause, by, 0) == 0)
            {
                // First tell who runs: what waits below disposes of the means to do it.
                stop.CancelQuietly();
                interrupted.TrySetResult(true);
            }
        }

        var timer = timeProvider.CreateTimer(_ => Interrupt(ByTime), state: null, limit, Timeout.InfiniteTimeSpan);
        try
        {
            using (cancellationToken.Register(() => Interrupt(ByCaller)))
            {
                var running = run(stop.Token);
                if (await Task.WhenAny(running, interrupted.Task).ConfigureAwait(false) == running)
                {
                    return await running.ConfigureAwait(false);
                }

                Forget(running);
            }
        }
        catch (OperationCanceledException) when (Volatile.Read(ref cause) != 0)
        {
            // Who runs has listened: what follows says why it was told.
        }
        finally
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }

        throw Volatile.Read(ref cause) == ByTime
            ? new TimeoutException("It took too long")
            : new OperationCanceledException(cancellationToken);
    }

    /// <summary>Nobody waits for it any more: how it ends concerns nobody, and is no unobserved exception.</summary>
    private static void Forget(Task task) => _ = task.ContinueWith(
        static ended => _ = ended.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
