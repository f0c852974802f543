using System.Text.Json;

namespace Tidings.Client.Tests;

/// <summary>Events as the hub delivers them, as JSON.</summary>
internal static class RecordedEvents
{
    public static string Json(long sequence, string? subject = null)
    {
        var about = subject is null ? "" : $"\"subject\":{JsonSerializer.Serialize(subject)},";
        return $$"""
            {"specversion":"1.0","id":"event-{{sequence}}","source":"com.tidings.bank","type":"bank.account:created@v1",
             "time":"2026-01-31T09:30:00Z","recordedtime":"2026-01-31T09:30:01Z","tenantid":"acme",{{about}}
             "sequence":"{{sequence:D20}}","data":{"number":{{sequence}} } }
            """;
    }

    public static IEnumerable<long> Numbers(long from, long through)
    {
        for (var number = from; number <= through; number++)
        {
            yield return number;
        }
    }

    public static string Page(long from, long through, long head) =>
        Page(Numbers(from, through).Select(number => Json(number)), through, head);

    public static string Page(IEnumerable<string> events, long through, long head) =>
        $$"""{"epoch":"e1","events":[{{string.Join(",", events)}}],"through":{{through}},"head":{{head}} }""";
}
