using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tidings.Client.Tests.Events;

/// <summary>The examples of every schema of this repository.</summary>
internal static class SchemaExamples
{
    public static IEnumerable<(string Type, JsonNode Data)> All() =>
        from file in Directory.EnumerateFiles(Path.Combine(Root(), "schemas"), "*.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
        let schema = JsonNode.Parse(File.ReadAllText(file))!
        let type = (string)schema["x-tidings"]!["type"]!
        from example in schema["examples"]!.AsArray()
        select (type, example);

    public static JsonElement ToElement(this JsonNode node) => JsonSerializer.SerializeToElement(node);

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../../.."));
}
