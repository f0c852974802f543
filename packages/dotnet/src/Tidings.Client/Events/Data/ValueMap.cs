using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Tidings.Client;

/// <summary>What <see cref="ValueList{T}"/> is for lists, for maps. The order of keys means nothing.</summary>
internal sealed class ValueMap<T>(Dictionary<string, T> entries)
    : IReadOnlyDictionary<string, T>, IEquatable<ValueMap<T>>, IValueMap
{
    IDictionary IValueMap.Entries => entries;

    public int Count => entries.Count;

    public IEnumerable<string> Keys => entries.Keys;

    public IEnumerable<T> Values => entries.Values;

    public T this[string key] => entries[key];

    public bool ContainsKey(string key) => entries.ContainsKey(key);

#if NET
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => entries.TryGetValue(key, out value);
#else
    // The interface says nothing of null there.
    public bool TryGetValue(string key, out T value) => entries.TryGetValue(key, out value!);
#endif

    public bool Equals(ValueMap<T>? other) =>
        other is not null
        && Count == other.Count
        && entries.All(entry =>
            other.TryGetValue(entry.Key, out var value) && ValueComparer<T>.Default.Equals(entry.Value, value));

    public override bool Equals(object? obj) => obj is ValueMap<T> other && Equals(other);

    public override int GetHashCode() => Count;

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{{{string.Join(", ", entries.Select(entry => $"{entry.Key}: {entry.Value}"))}}}";
}

/// <summary>One whose type of values is not known.</summary>
internal interface IValueMap
{
    IDictionary Entries { get; }
}

/// <summary>Makes them.</summary>
internal static class ValueMap
{
    /// <summary>A copy, unless it is such a map already.</summary>
    [return: NotNullIfNotNull(nameof(entries))]
    public static IReadOnlyDictionary<string, T>? Of<T>(IReadOnlyDictionary<string, T>? entries) =>
        entries is null or ValueMap<T>
            ? entries
            : new ValueMap<T>(entries.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal));
}
