using System.Reflection.Metadata;
using System.Text.Json;

namespace Tidings.Client.PackageTests;

/// <summary>What a debugger finds of the sources, built in a clone whose remote is on GitHub.</summary>
public sealed class SourceLinkTests
{
    /// <summary>Source: Portable PDB specification, "Source Link".</summary>
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    /// <summary>Source: Portable PDB specification, "Embedded Source".</summary>
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    [Fact]
    public async Task Leads_to_the_sources_of_the_very_commit()
    {
        using var clone = new TemporaryFolder();
        var solution = SolutionFolder();
        foreach (var file in SourcesOf(solution))
            clone.Write(Path.Combine("packages", "dotnet", Path.GetRelativePath(solution, file)), await File.ReadAllTextAsync(file));
        await GitAsync("init", "--quiet");
        await GitAsync("remote", "add", "origin", "https://github.com/example/tidings.git");
        await GitAsync("add", ".");
        await GitAsync("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "Sources");
        var commit = (await GitAsync("rev-parse", "HEAD")).Trim();

        await DotnetCommand.DotnetAsync(
            Path.Combine(clone.Path, "packages", "dotnet", "src", "Tidings.Client"),
            "build", "--framework", "net10.0", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:ContinuousIntegrationBuild=true", "-p:RunAnalyzers=false", "-p:NuGetAudit=false");

        var pdb = Directory.EnumerateFiles(clone.Path, "Tidings.Client.pdb", SearchOption.AllDirectories).First();
        using var symbols = File.OpenRead(pdb);
        using var provider = MetadataReaderProvider.FromPortablePdbStream(symbols);
        var reader = provider.GetMetadataReader();
        using var map = JsonDocument.Parse(Blobs(reader, EntityHandle.ModuleDefinition, SourceLink).Single());
        var documents = map.RootElement.GetProperty("documents").EnumerateObject().ToList();
        var root = documents.Single();
        Assert.Equal($"https://raw.githubusercontent.com/example/tidings/{commit}/*", root.Value.GetString());
        var elsewhere = reader.Documents.Where(handle =>
            !reader.GetString(reader.GetDocument(handle).Name).StartsWith(root.Name.TrimEnd('*'), StringComparison.Ordinal)
            && !Blobs(reader, handle, EmbeddedSource).Any());
        Assert.Empty(elsewhere.Select(handle => reader.GetString(reader.GetDocument(handle).Name)));

        Task<string> GitAsync(params string[] arguments) => DotnetCommand.RunAsync("git", clone.Path, arguments);
    }

    private static IEnumerable<byte[]> Blobs(MetadataReader reader, EntityHandle parent, Guid kind) =>
        reader.GetCustomDebugInformation(parent)
            .Select(reader.GetCustomDebugInformation)
            .Where(information => reader.GetGuid(information.Kind) == kind)
            .Select(information => reader.GetBlobBytes(information.Value));

    private static IEnumerable<string> SourcesOf(string solution) =>
        Directory.EnumerateFiles(solution)
            .Concat(Directory.EnumerateFiles(Path.Combine(solution, "src"), "*", SearchOption.AllDirectories));

    private static string SolutionFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tidings.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"Tidings.slnx: expected in a folder above {AppContext.BaseDirectory}");
    }
}
