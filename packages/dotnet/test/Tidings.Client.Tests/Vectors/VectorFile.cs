using System.Text.Json;

namespace Tidings.Client.Tests.Vectors;

/// <summary>Test vectors that TypeScript and .NET share; their format is described beside them, in <c>test/vectors</c>.</summary>
internal static class VectorFile
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    /// <summary>A file of vectors, its long texts written out.</summary>
    public static JsonElement Read(string name)
    {
        using var document = Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", name)));
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            Expand(document.RootElement, writer);
        }

        return Parse(System.Text.Encoding.UTF8.GetString(buffer.ToArray())).RootElement;
    }

    /// <summary>The names of the vectors of a list, for a theory to go through.</summary>
    public static TheoryData<string> NamesIn(JsonElement file, string list, string member = "name") =>
        [.. file.GetProperty(list).EnumerateArray().Select(vector => JsonText.StringOf(vector.GetProperty(member)))];

    public static JsonElement Find(JsonElement file, string list, string name, string member = "name") =>
        Assert.Single(
            file.GetProperty(list).EnumerateArray(),
            vector => string.Equals(JsonText.StringOf(vector.GetProperty(member)), name, StringComparison.Ordinal));

    public static IReadOnlyList<Violation> ViolationsOf(JsonElement list) =>
        [
            .. list.EnumerateArray().Select(each => new Violation(
                JsonText.StringOf(each.GetProperty("path")),
                JsonText.StringOf(each.GetProperty("message")))),
        ];

    public static IReadOnlyList<string>? StringsOf(JsonElement vector, string name) =>
        vector.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(JsonText.StringOf)] : null;

    private static JsonDocument Parse(string json) => JsonDocument.Parse(json, Deep);

    /// <summary>Writes <c>{"$text":"x","$times":3}</c> as <c>"xxx"</c>, and everything else as it stands.</summary>
    private static void Expand(JsonElement element, Utf8JsonWriter writer)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in element.EnumerateArray())
            {
                Expand(item, writer);
            }

            writer.WriteEndArray();
        }
        else if (element.ValueKind != JsonValueKind.Object)
        {
            // Raw: a lone surrogate would not be written again.
            writer.WriteRawValue(element.GetRawText(), skipInputValidation: true);
        }
        else if (element.TryGetProperty("$text", out var text))
        {
            writer.WriteStringValue(string.Concat(Enumerable.Repeat(text.GetString()!, element.GetProperty("$times").GetInt32())));
        }
        else
        {
            writer.WriteStartObject();
            foreach (var member in element.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                Expand(member.Value, writer);
            }

            writer.WriteEndObject();
        }
    }
}
