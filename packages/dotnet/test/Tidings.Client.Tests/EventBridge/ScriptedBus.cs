using System.Net;
using System.Text.Json;
using Amazon.Runtime;

namespace Tidings.Client.Tests.EventBridge;

/// <summary>EventBridge by a script: it keeps what it is sent, and takes everything when the script is over.</summary>
internal sealed class ScriptedBus(params Func<IReadOnlyList<EventBridgeEntry>, IReadOnlyList<EventBridgeResult>>[] script)
    : IEventBridge
{
    private readonly Queue<Func<IReadOnlyList<EventBridgeEntry>, IReadOnlyList<EventBridgeResult>>> _script = new(script);

    public List<IReadOnlyList<EventBridgeEntry>> Requests { get; } = [];

    public IEnumerable<string> Ids => Requests.Select(entries => string.Join(',', entries.Select(IdOf)));

    public Task<IReadOnlyList<EventBridgeResult>> PutEventsAsync(
        IReadOnlyList<EventBridgeEntry> entries,
        CancellationToken cancellationToken)
    {
        Requests.Add(entries);
        try
        {
            return Task.FromResult(_script.TryDequeue(out var reaction) ? reaction(entries) : TakeAll(entries));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Task.FromException<IReadOnlyList<EventBridgeResult>>(error);
        }
    }

    public static IReadOnlyList<EventBridgeResult> TakeAll(IReadOnlyList<EventBridgeEntry> entries) =>
        [.. entries.Select((_, i) => new EventBridgeResult($"bus-{i}"))];

    public static Func<IReadOnlyList<EventBridgeEntry>, IReadOnlyList<EventBridgeResult>> FailAt(string code, params int[] indices) =>
        entries =>
        [
            .. entries.Select((_, i) =>
                indices.Contains(i) ? new EventBridgeResult(null, code, "why") : new EventBridgeResult("e")),
        ];

    public static Func<IReadOnlyList<EventBridgeEntry>, IReadOnlyList<EventBridgeResult>> Throw(Exception error) =>
        _ => throw error;

    public static Exception Refusal(string code, int status) =>
        new AmazonServiceException("why", null, ErrorType.Unknown, code, "request-1", (HttpStatusCode)status);

    public static string IdOf(EventBridgeEntry entry)
    {
        using var document = JsonDocument.Parse(entry.Detail);
        return document.RootElement.GetProperty("id").GetString()!;
    }
}
