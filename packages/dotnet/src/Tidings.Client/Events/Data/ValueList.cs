using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Tidings.Client;

/// <summary>
/// A list that nobody can change, and that is equal to another with equal items. Records compare their properties, and
/// the lists of .NET compare by identity: two readings of the same event would be different.
/// </summary>
internal sealed class ValueList<T>(T[] items) : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    public int Count => items.Length;

    public T this[int index] => items[index];

    public bool Equals(ValueList<T>? other) =>
        other is not null && items.SequenceEqual(other.ToArray(), ValueComparer<T>.Default);

    public override bool Equals(object? obj) => obj is ValueList<T> other && Equals(other);

    // Lists that are equal are equally long. More would have to know how items compare that have no hash.
    public override int GetHashCode() => items.Length;

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"[{string.Join(", ", items)}]";
}

/// <summary>Makes them.</summary>
internal static class ValueList
{
    /// <summary>A copy, unless it is such a list already.</summary>
    [return: NotNullIfNotNull(nameof(items))]
    public static IReadOnlyList<T>? Of<T>(IReadOnlyList<T>? items) =>
        items is null or ValueList<T> ? items : new ValueList<T>([.. items]);
}
