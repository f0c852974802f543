using System.Text.Json;

namespace Tidings.Client.Tests;

/// <summary>Events as a hub delivers them.</summary>
internal static class Recorded
{
    public static readonly DateTimeOffset Time = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

    public static RecordedEvent Event(long sequence) => new()
    {
        Id = $"event-{sequence}",
        Source = "com.tidings.bank",
        Type = "bank.test:created@v1",
        Time = Time,
        TenantId = "acme",
        Sequence = sequence,
        RecordedTime = Time.AddSeconds(1),
        Data = JsonSerializer.SerializeToElement(new { number = sequence }),
    };

    /// <summary>The same as it travels.</summary>
    public static Dictionary<string, object> Wire(long sequence) => new(StringComparer.Ordinal)
    {
        ["specversion"] = "1.0",
        ["id"] = $"event-{sequence}",
        ["source"] = "com.tidings.bank",
        ["type"] = "bank.test:created@v1",
        ["time"] = "2026-01-31T09:30:00Z",
        ["tenantid"] = "acme",
        ["sequence"] = sequence.ToString("D20", System.Globalization.CultureInfo.InvariantCulture),
        ["recordedtime"] = "2026-01-31T09:30:01Z",
        ["data"] = new Dictionary<string, object>(StringComparer.Ordinal) { ["number"] = sequence },
    };

    public static HubFrame.Events Frame(long from, long through, IEnumerable<long> sequences, bool isReplay = false) =>
        new(from, through, isReplay, [.. sequences.Select(Event)]);

    /// <summary>All whole numbers of a stretch.</summary>
    public static IEnumerable<long> Numbers(long from, long through) =>
        Enumerable.Range(0, (int)Math.Max(0, through - from + 1)).Select(index => from + index);
}
