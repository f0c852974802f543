namespace System;

/// <summary>Searches in strings that name their comparison, as later frameworks have them.</summary>
[Microsoft.CodeAnalysis.Embedded]
internal static class StringComparisons
{
    public static bool Contains(this string text, string part, StringComparison comparison) =>
        text.IndexOf(part, comparison) >= 0;

    /// <summary>Only for ordinal comparisons: that is what the older method does.</summary>
    public static string Replace(this string text, string part, string? replacement, StringComparison comparison) =>
        comparison == StringComparison.Ordinal
            ? text.Replace(part, replacement)
            : throw new ArgumentOutOfRangeException(nameof(comparison), comparison, "Expected an ordinal comparison");
}
