using System.Text.Json;

namespace Tidings.Client;

/// <summary>
/// A hub's message from its text. What is of no known type is none of our business: a newer hub may say more, and API
/// Gateway has messages of its own. No message of an exception quotes what it read.
/// </summary>
internal static class HubFrameReader
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(240);

    /// <summary>The frame, or null if it is of no known type.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="FormatException">It is no frame, or lacks what the delivery stands on.</exception>
    public static HubFrame? Read(string text)
    {
        using var document = JsonDocument.Parse(text, HubJson.Options);
        var frame = document.RootElement;
        if (frame.ValueKind == JsonValueKind.Array)
        {
            return null;
        }

        if (frame.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"Expected a frame, found {frame.ValueKind}");
        }

        return StringOf(frame, "type") switch
        {
            "subscribed" => new HubFrame.Subscribed(
                StringOf(frame, "id"),
                RequiredString(frame, "epoch"),
                Sequence(frame, "head"),
                frame.TryGetProperty("cursor", out _) ? CursorOf(frame) : null,
                Seconds(frame, "heartbeatSeconds") ?? s_heartbeat),
            "events" => Events(frame),
            "synced" => new HubFrame.Synced(
                StringOf(frame, "id"),
                new PageEnd(Sequence(frame, "through"), Sequence(frame, "head"), OptionalString(frame, "epoch"), Count(frame))),
            "reset" => new HubFrame.Reset(
                StringOf(frame, "id"),
                new HistoryCut(
                    ReasonOf(frame),
                    RequiredString(frame, "epoch"),
                    Sequence(frame, "oldest"),
                    Sequence(frame, "head"))),
            "acked" => new HubFrame.Acked(StringOf(frame, "id"), CursorOf(frame)),
            "renewed" => new HubFrame.Renewed(StringOf(frame, "id"), UnixSeconds(frame, "expires")),
            "error" => new HubFrame.Error(
                StringOf(frame, "id"),
                StringOf(frame, "code") ?? "",
                StringOf(frame, "message") ?? "",
                Violations(frame),
                Seconds(frame, "retryAfterSeconds")),
            _ => null,
        };
    }

    private static HubFrame.Events Events(JsonElement frame)
    {
        var (from, through) = (Sequence(frame, "from"), Sequence(frame, "through"));
        if (!frame.TryGetProperty("events", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("Expected events.events to be a list");
        }

        var events = new List<RecordedEvent>(list.GetArrayLength());
        var least = from;
        foreach (var element in list.EnumerateArray())
        {
            if (!EventReader.TryRead(element, out var recorded, out var problem))
            {
                throw new FormatException($"An event cannot be read: {problem}");
            }

            if (recorded.Sequence < least || recorded.Sequence > through)
            {
                throw new FormatException(
                    $"Expected events in order, from {from} through {through}; found {recorded.Sequence}");
            }

            least = recorded.Sequence + 1;
            events.Add(recorded);
        }

        var isReplay = frame.TryGetProperty("replay", out var replay) && replay.ValueKind == JsonValueKind.True;
        return new HubFrame.Events(from, through, isReplay, events);
    }

    private static Cursor CursorOf(JsonElement frame)
    {
        if (!frame.TryGetProperty("cursor", out var cursor) || cursor.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("Expected cursor to be an object with epoch and sequence");
        }

        return new Cursor(RequiredString(cursor, "epoch"), Sequence(cursor, "sequence"));
    }

    /// <summary>A reason that is not known, as a newer hub may have, is treated as a new history: nothing is taken for seen.</summary>
    private static ResetReason ReasonOf(JsonElement frame) => StringOf(frame, "reason") switch
    {
        "retention" => ResetReason.Retention,
        "ahead" => ResetReason.Ahead,
        _ => ResetReason.Epoch,
    };

    private static List<Violation> Violations(JsonElement frame)
    {
        var violations = new List<Violation>();
        if (frame.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in errors.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object))
            {
                violations.Add(new Violation(StringOf(one, "path") ?? "", StringOf(one, "message") ?? ""));
            }
        }

        return violations;
    }

    private static long Sequence(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number)
        && number is >= 0 and <= Cursor.LargestSequence
        && (long)number == number
            ? (long)number
            : throw new FormatException($"Expected {name} to be a sequence");

    private static long? Count(JsonElement frame) =>
        frame.TryGetProperty("events", out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var count)
            ? count
            : null;

    private static TimeSpan? Seconds(JsonElement frame, string name) =>
        frame.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds)
        && seconds is >= 0 and < int.MaxValue
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static DateTimeOffset UnixSeconds(JsonElement frame, string name)
    {
        var latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        return DateTimeOffset.FromUnixTimeSeconds(Math.Min(Sequence(frame, name), latest));
    }

    private static string? StringOf(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonText.StringOf(value) : null;

    private static string? OptionalString(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out _) ? RequiredString(owner, name) : null;

    private static string RequiredString(JsonElement owner, string name) =>
        StringOf(owner, name) ?? throw new FormatException($"Expected {name} to be a string");
}
