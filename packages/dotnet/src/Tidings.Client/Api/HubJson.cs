using System.Text.Json;

namespace Tidings.Client;

/// <summary>JSON as it comes from the hub, or from whatever answers in its place.</summary>
internal static class HubJson
{
    /// <summary>An event may be nested 64 deep, and stands in a page or a frame.</summary>
    public static readonly JsonDocumentOptions Options = new() { MaxDepth = 128 };

    /// <summary>Null for what is no JSON, such as the page of a proxy.</summary>
    public static JsonElement? TryParse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A JSON document for the hub.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer);
        }

        return stream.ToArray();
    }

    /// <summary>The text of a member; null where there is none that can be read.</summary>
    public static string? TextIn(JsonElement? value, string member)
    {
        if (value is not { ValueKind: JsonValueKind.Object } found
            || !found.TryGetProperty(member, out var text)
            || text.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a character, or bytes that are no UTF-8.
            return null;
        }
    }
}
