using System.IO.Compression;
using System.Xml.Linq;

namespace Tidings.Client.PackageTests;

/// <summary>A package and its symbols, from the folder that TIDINGS_PACKAGES names.</summary>
internal sealed class PackedPackage
{
    public static readonly IReadOnlyList<string> All = ["Tidings.Client", "Tidings.Client.EventBridge", "Tidings.Client.Hosting"];

    private PackedPackage(string file, IReadOnlyList<string> entries, IReadOnlyList<string> symbols, XElement metadata)
    {
        File = file;
        Entries = entries;
        Symbols = symbols;
        Metadata = metadata;
    }

    public static string Folder { get; } = Environment.GetEnvironmentVariable("TIDINGS_PACKAGES")
        ?? throw new InvalidOperationException(
            "TIDINGS_PACKAGES: expected the folder with what `dotnet pack --output` has made, found nothing");

    public string File { get; }

    /// <summary>Paths in the package, without what every package has by its format.</summary>
    public IReadOnlyList<string> Entries { get; }

    /// <summary>Paths in the package of symbols, without what every package has by its format.</summary>
    public IReadOnlyList<string> Symbols { get; }

    public XElement Metadata { get; }

    public string Version => Value("version");

    public static PackedPackage Open(string id)
    {
        var file = Directory.EnumerateFiles(Folder, $"{id}.*.nupkg")
            .Single(path => char.IsAsciiDigit(Path.GetFileName(path)[id.Length + 1]));
        using var package = ZipFile.OpenRead(file);
        using var symbols = ZipFile.OpenRead(Path.ChangeExtension(file, ".snupkg"));
        using var nuspec = package.GetEntry($"{id}.nuspec")!.Open();
        var metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        return new PackedPackage(file, Files(package), Files(symbols), metadata);
    }

    public string Value(string name) => Metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    /// <summary>The ids that a build of the package depends on.</summary>
    public IReadOnlyList<string> Dependencies(string framework) =>
        [.. Versions(framework).Select(dependency => dependency.Id).Order(StringComparer.Ordinal)];

    /// <summary>The same with the versions, as the package has them.</summary>
    public IEnumerable<(string Id, string Version)> Versions(string framework) => Metadata.Descendants()
        .Single(element => element.Name.LocalName == "group" && element.Attribute("targetFramework")?.Value == framework)
        .Elements()
        .Select(dependency => (dependency.Attribute("id")!.Value, dependency.Attribute("version")!.Value));

    private static List<string> Files(ZipArchive archive) =>
        [.. archive.Entries.Select(entry => entry.FullName)
            .Where(path => !path.StartsWith("_rels/", StringComparison.Ordinal)
                && !path.StartsWith("package/", StringComparison.Ordinal)
                && !path.EndsWith(".nuspec", StringComparison.Ordinal)
                && path != "[Content_Types].xml")
            .Order(StringComparer.Ordinal)];
}
