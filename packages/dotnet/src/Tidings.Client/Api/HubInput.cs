namespace Tidings.Client;

/// <summary>What the hub would refuse is refused before it is asked, by the same codes.</summary>
internal static class HubInput
{
    private const int MostEpochCharacters = 128;

    /// <summary>The name of a durable subscription.</summary>
    /// <exception cref="HubException">SUBSCRIPTION_INVALID</exception>
    public static string Name(string? name) =>
        Identifier.Problem(name) is { } problem
            ? throw Refused(HubCodes.SubscriptionInvalid, "The subscription cannot be used", [new Violation("/name", problem)])
            : name!;

    /// <exception cref="HubException">FILTER_INVALID</exception>
    public static EventFilter Filter(EventFilter filter, string pointer = "/filter") =>
        FilterRules.Check(filter, pointer) is { Count: > 0 } violations
            ? throw Refused(HubCodes.FilterInvalid, "The filter cannot be used", violations)
            : filter;

    /// <exception cref="HubException">CURSOR_INVALID</exception>
    public static Cursor Cursor(Cursor cursor, string pointer = "/cursor")
    {
        Sequence(cursor.Sequence, $"{pointer}/sequence");
        return cursor.Epoch is { Length: <= MostEpochCharacters }
            ? cursor
            : throw CursorRefused(
                $"{pointer}/epoch",
                $"expected a string of at most {MostEpochCharacters} characters, found {Found.Describe(cursor.Epoch)}");
    }

    /// <exception cref="HubException">CURSOR_INVALID</exception>
    public static long Sequence(long sequence, string pointer = "/sequence") =>
        sequence is >= 0 and <= Client.Cursor.LargestSequence
            ? sequence
            : throw CursorRefused(
                pointer, $"expected a whole number from 0 to {Client.Cursor.LargestSequence}, found {sequence}");

    /// <param name="code">The hub's.</param>
    /// <param name="what">What cannot be used.</param>
    /// <param name="violations">Why; one or more.</param>
    public static HubException Refused(string code, string what, IReadOnlyList<Violation> violations) =>
        new(new TidingsProblem(code, $"{what}: {violations[0].Path} {violations[0].Message}") { Errors = violations });

    private static HubException CursorRefused(string path, string message) =>
        Refused(HubCodes.CursorInvalid, "The cursor cannot be used", [new Violation(path, message)]);
}
