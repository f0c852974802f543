using System.Collections;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>Compares what data may hold by what is in it: JSON, and lists and maps inside of lists and maps too.</summary>
internal sealed class ValueComparer<T> : IEqualityComparer<T>
{
    public static IEqualityComparer<T> Default { get; } =
        ValueComparer.HasOwnEquality(typeof(T)) ? EqualityComparer<T>.Default : new ValueComparer<T>();

    public bool Equals(T? x, T? y) => ValueComparer.AreEqual(x, y);

    // Equal values must have equal hashes; there is none that fits all of these, and none is asked for.
    public int GetHashCode(T obj) => 0;
}

/// <summary>How values are compared whose type does not know it.</summary>
internal static class ValueComparer
{
    public static bool HasOwnEquality(Type type) =>
        type != typeof(object) && (type == typeof(string)
        || (!typeof(IEnumerable).IsAssignableFrom(type)
            && type != typeof(JsonElement)
            && type != typeof(JsonElement?)));

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (JsonElement one, JsonElement other) => AreEqual(one, other),
        (string one, string other) => string.Equals(one, other, StringComparison.Ordinal),
        _ when MapOf(left) is { } one && MapOf(right) is { } other => AreEqual(one, other),
        (IEnumerable one, IEnumerable other) => AreEqual(one, other),
        _ => left.Equals(right),
    };

    private static IDictionary? MapOf(object value) => value is IValueMap map ? map.Entries : value as IDictionary;

    private static bool AreEqual(JsonElement left, JsonElement right) =>
        left.ValueKind == JsonValueKind.Undefined || right.ValueKind == JsonValueKind.Undefined
            ? left.ValueKind == right.ValueKind
            : JsonElement.DeepEquals(left, right);

    private static bool AreEqual(IDictionary left, IDictionary right) =>
        left.Count == right.Count
        && left.Keys.Cast<object>().All(key => right.Contains(key) && AreEqual(left[key], right[key]));

    private static bool AreEqual(IEnumerable left, IEnumerable right) =>
        left.Cast<object?>().SequenceEqual(right.Cast<object?>(), ValueComparer<object?>.Default);
}
