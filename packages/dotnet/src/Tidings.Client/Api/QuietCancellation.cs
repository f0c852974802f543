namespace Tidings.Client;

/// <summary>Cancelling where nothing may be thrown: on the thread of a timer it would end the process.</summary>
internal static class QuietCancellation
{
    /// <summary>Cancels. What those who are told of it throw is dropped.</summary>
    public static void CancelQuietly(this CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The source was disposed of meanwhile: nobody waits any more.
        }
        catch (AggregateException)
        {
            // Somebody who was told has failed: it is cancelled all the same.
        }
    }
}
