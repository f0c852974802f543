namespace Tidings.Client;

/// <summary>What events of a type have as their source.</summary>
internal static class EventSource
{
    /// <summary>The source of a type's module; null if this package knows no such module.</summary>
    public static string? Of(EventTypeName type) =>
        type.Module is "bank" or "community" ? $"com.tidings.{type.Module}" : null;
}
