namespace Tidings.Client;

/// <summary>
/// A pattern of event types: <c>bank.*</c>, <c>*.transaction:created@v1</c>, <c>bank.transaction:*</c>, or <c>*</c> for
/// everything. <c>*</c> stands for any run of characters but <c>.</c>, the empty one included.
/// </summary>
/// <remarks>
/// No regular expression is made from a pattern, and a type is walked through once a segment: a hostile pattern costs no
/// more than a harmless one.
/// </remarks>
public sealed class EventPattern
{
    private readonly string _pattern;
    private readonly string[][]? _segments;

    private EventPattern(string pattern)
    {
        _pattern = pattern;
        _segments = string.Equals(pattern, "*", StringComparison.Ordinal)
            ? null
            : Array.ConvertAll(pattern.Split('.'), segment => segment.Split('*'));
    }

    /// <summary>Makes a pattern ready. Any string is one; without <c>*</c> it matches itself only.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <exception cref="ArgumentNullException">There is none.</exception>
    public static EventPattern Compile(string pattern) =>
        new(pattern ?? throw new ArgumentNullException(nameof(pattern)));

    /// <summary>Whether a type is one that the pattern stands for.</summary>
    /// <param name="type">A type, such as <c>bank.transaction:created@v1</c>.</param>
    public bool Matches(string type)
    {
        if (type is null)
        {
            return false;
        }

        if (_segments is null)
        {
            return true;
        }

        var rest = type.AsSpan();
        for (var i = 0; i < _segments.Length; i++)
        {
            var dot = rest.IndexOf('.');
            var isLast = i == _segments.Length - 1;
            if (isLast != dot < 0)
            {
                return false;
            }

            if (!MatchesSegment(_segments[i], isLast ? rest : rest.Slice(0, dot)))
            {
                return false;
            }

            rest = rest.Slice(dot + 1);
        }

        return true;
    }

    /// <summary>The pattern as it was given.</summary>
    public override string ToString() => _pattern;

    /// <summary>
    /// Whether a segment consists of the pieces in their order with anything between them. Taking each piece where it
    /// first occurs is right, because an earlier end leaves more room for the rest.
    /// </summary>
    private static bool MatchesSegment(string[] pieces, ReadOnlySpan<char> segment)
    {
        var first = pieces[0].AsSpan();
        if (pieces.Length == 1)
        {
            return segment.SequenceEqual(first);
        }

        var last = pieces[pieces.Length - 1].AsSpan();
        if (segment.Length < first.Length + last.Length || !segment.StartsWith(first) || !segment.EndsWith(last))
        {
            return false;
        }

        var between = segment.Slice(first.Length, segment.Length - first.Length - last.Length);
        for (var i = 1; i < pieces.Length - 1; i++)
        {
            var found = between.IndexOf(pieces[i].AsSpan());
            if (found < 0)
            {
                return false;
            }

            between = between.Slice(found + pieces[i].Length);
        }

        return true;
    }
}
