using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Tidings.Client.Tests.Documentation;

/// <summary>A block of C# in a page.</summary>
internal sealed partial record Snippet(string Page, int Line, string Code)
{
    public override string ToString() => $"{Page}:{Line}";

    /// <summary>All of a page, by its path in the repository.</summary>
    public static IEnumerable<Snippet> Of(string page)
    {
        var text = File.ReadAllText(Path.Combine(Root(), page)).ReplaceLineEndings("\n");
        return from Match block in Blocks().Matches(text)
               select new Snippet(page, text.AsSpan(0, block.Index).Count('\n') + 1, block.Groups["code"].Value);
    }

    /// <summary>The pages of a folder of the repository.</summary>
    public static IEnumerable<string> PagesIn(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root(), folder), "*.md")
            .Select(file => Path.Combine(folder, Path.GetFileName(file)))
            .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blocks();

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../../.."));
}
