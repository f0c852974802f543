using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Tidings.Client.SandboxTests.Support;

/// <summary>The repository that these tests are in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The examples of every schema: type and data.</summary>
    public static IReadOnlyList<(string Type, JsonElement Data)> SchemaExamples { get; } =
        [.. from file in Directory.EnumerateFiles(Path.Combine(Root, "schemas"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            let schema = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(file))
            let type = schema.GetProperty("x-tidings").GetProperty("type").GetString()!
            from example in schema.GetProperty("examples").EnumerateArray()
            select (type, example)];

    private static string FindRoot([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../../.."));
}
