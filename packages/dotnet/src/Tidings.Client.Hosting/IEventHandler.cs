namespace Tidings.Client;

/// <summary>
/// What a program does with events. It is made anew for each event, within a scope of its own, so it may take services such
/// as a database's session. An event may come again after a crash: whoever must not do a thing twice looks at the id.
/// </summary>
public interface IEventHandler
{
    /// <summary>Handles one event.</summary>
    /// <param name="recordedEvent">What happened.</param>
    /// <param name="cancellationToken">The process is ending, and waits no longer.</param>
    /// <returns>Once the event is done: only then is it acknowledged.</returns>
    Task HandleAsync(RecordedEvent recordedEvent, CancellationToken cancellationToken);
}
