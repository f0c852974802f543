namespace System.Threading.Tasks;

/// <summary>Waits by a clock that can be replaced, written as later frameworks write it.</summary>
[Microsoft.CodeAnalysis.Embedded]
internal static class TaskDelay
{
    extension(Task)
    {
        public static Task Delay(TimeSpan delay, TimeProvider timeProvider, CancellationToken cancellationToken = default) =>
            timeProvider.Delay(delay, cancellationToken);
    }
}
