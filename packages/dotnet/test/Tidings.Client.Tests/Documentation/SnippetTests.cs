using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidings.Client.Tests.Documentation;

/// <summary>What the pages show compiles, as a program of its own with what a new project has switched on.</summary>
public sealed class SnippetTests
{
    /// <summary>What a console application imports by itself.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);

    /// <summary>All assemblies that this process may load: the packages, and what they bring along.</summary>
    private static readonly List<MetadataReference> References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file))];

    [Fact]
    public void The_read_me_shows_only_what_compiles() =>
        Assert.Empty(Mistakes([.. Snippet.Of("packages/dotnet/README.md")], atLeast: 10));

    [Fact]
    public void The_read_me_of_the_repository_shows_only_what_compiles() =>
        Assert.Empty(Mistakes([.. Snippet.Of("README.md")], atLeast: 1));

    [Fact]
    public void The_pages_of_the_catalogue_show_only_what_compiles() =>
        Assert.Empty(Mistakes([.. Snippet.PagesIn("docs/catalogue").SelectMany(Snippet.Of)], atLeast: 22));

    [Theory]
    [InlineData("Console.WriteLine(new Tidings.Client.Cursor(41));")]
    [InlineData("string? text = null; Console.WriteLine(text.Length);")]
    public void A_mistake_is_found_with_its_place(string code) =>
        Assert.StartsWith("page.md:7: (1,", Assert.Single(Mistakes([new Snippet("page.md", 7, code)], atLeast: 1)), StringComparison.Ordinal);

    private static IEnumerable<string> Mistakes(IReadOnlyList<Snippet> snippets, int atLeast)
    {
        Assert.True(snippets.Count >= atLeast, $"Expected {atLeast} snippets or more, found {snippets.Count}");
        return snippets.SelectMany(Mistakes);
    }

    private static IEnumerable<string> Mistakes(Snippet snippet)
    {
        var program = CSharpSyntaxTree.ParseText(snippet.Code, Language);
        var isProgram = program.GetCompilationUnitRoot().Members.OfType<GlobalStatementSyntax>().Any();
        var options = new CSharpCompilationOptions(
            isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
            nullableContextOptions: NullableContextOptions.Enable);
        return CSharpCompilation.Create("Snippet", [program, CSharpSyntaxTree.ParseText(ImplicitUsings, Language)], References, options)
            .GetDiagnostics()
            .Where(found => found.Severity >= DiagnosticSeverity.Warning)
            .Select(found => $"{snippet}: {Place(found.Location)}: {found.Id}: {found.GetMessage(CultureInfo.InvariantCulture)}");
    }

    private static string Place(Location location)
    {
        var start = location.GetLineSpan().StartLinePosition;
        return $"({start.Line + 1},{start.Character + 1})";
    }
}
