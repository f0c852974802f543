namespace Tidings.Client;

/// <summary>An event that is ready to be sent: checked, with its id, and as the bytes that it will always be sent as.</summary>
/// <param name="Id">What it is recorded under.</param>
/// <param name="Type">The event's type.</param>
/// <param name="Module">The module of its type: the scope that publishing it takes, and its bus.</param>
/// <param name="Json">The whole CloudEvent as UTF-8 JSON.</param>
internal sealed record PreparedEvent(string Id, string Type, string Module, ReadOnlyMemory<byte> Json)
{
    /// <summary>What a bus wants to know besides: the event's source.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>What a bus wants to know besides: when it happened.</summary>
    public DateTimeOffset Time { get; init; }
}
