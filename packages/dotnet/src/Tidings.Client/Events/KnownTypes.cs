namespace Tidings.Client;

/// <summary>What follows from the event types that this version of the package knows.</summary>
internal static class KnownTypes
{
    /// <summary>Whoever sends a text beyond all measure is not waiting for advice.</summary>
    private const int MaxCompared = 256;

    /// <summary>
    /// What events of a type have as their source; null if no known type is of its module. A newer hub may have more
    /// types, but every module has one source.
    /// </summary>
    public static string? SourceOf(EventTypeName type) =>
        OfModule(type.Module).Select(EventTypes.SourceOf).FirstOrDefault();

    /// <summary>The known type that is written most like another text: those of the same module first, as the hub does it.</summary>
    public static string Nearest(string? type)
    {
        var text = type is { Length: > MaxCompared } ? type.Substring(0, MaxCompared) : type ?? string.Empty;
        var sameModule = OfModule(text.Split('.')[0]).ToList();
        return (sameModule.Count > 0 ? sameModule : EventTypes.All).OrderBy(known => Distance(text, known)).First();
    }

    private static IEnumerable<string> OfModule(string module) =>
        EventTypes.All.Where(known => known.StartsWith(module + ".", StringComparison.Ordinal));

    /// <summary>How many characters to put in, take out or replace. Source: Levenshtein's distance, row by row.</summary>
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[other.Length];
    }
}
