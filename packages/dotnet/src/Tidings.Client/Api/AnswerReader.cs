using System.Text.Json;

namespace Tidings.Client;

/// <summary>Reads the members of an answer that must be an object.</summary>
/// <param name="answer">What the hub has answered.</param>
internal readonly struct AnswerReader(JsonElement answer)
{
    /// <exception cref="HubException">ANSWER_INVALID</exception>
    public string Text(string member) => HubJson.TextIn(answer, member) ?? throw Invalid($"an object with a text {member}");

    /// <exception cref="HubException">ANSWER_INVALID</exception>
    public long Sequence(string member) =>
        Member(member) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var sequence) && sequence >= 0
            ? sequence
            : throw Invalid($"an object with a sequence {member}");

    /// <exception cref="HubException">ANSWER_INVALID</exception>
    public Cursor Cursor(string member)
    {
        var cursor = new AnswerReader(Member(member));
        return new Cursor(cursor.Text("epoch"), cursor.Sequence("sequence"));
    }

    /// <exception cref="HubException">ANSWER_INVALID</exception>
    public DateTimeOffset Time(string member) =>
        Rfc3339.TryParse(Text(member), out var time) ? time : throw Invalid($"an object with a time {member}");

    /// <exception cref="HubException">ANSWER_INVALID</exception>
    public IReadOnlyList<RecordedEvent> Events(string member) => [.. List(member).Select(EventOf)];

    /// <exception cref="HubException">ANSWER_INVALID</exception>
    public IEnumerable<JsonElement> List(string member) =>
        Member(member) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray()
            : throw Invalid($"an object with a list {member}");

    /// <summary>Undefined if there is none.</summary>
    public JsonElement Member(string member) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(member, out var value) ? value : default;

    /// <exception cref="HubException">ANSWER_INVALID</exception>
    public static RecordedEvent EventOf(JsonElement value) =>
        EventReader.TryRead(value, out var recorded, out var problem)
            ? recorded
            : throw new HubException(new TidingsProblem(ErrorCodes.AnswerInvalid, $"The answer cannot be used: {problem}"));

    private HubException Invalid(string expected)
    {
        var found = answer.ValueKind == JsonValueKind.Object ? "one without" : $"{Found.Describe(answer)}";
        return new HubException(new TidingsProblem(ErrorCodes.AnswerInvalid, $"Expected {expected}, found {found}"));
    }
}
