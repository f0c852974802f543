namespace Tidings.Client.PackageTests;

public sealed class ContentTests
{
    public static TheoryData<string> Ids { get; } = [.. PackedPackage.All];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Holds_both_builds_with_their_documentation_and_nothing_else(string id) =>
        Assert.Equal(
            ["README.md", .. new[] { "net10.0", "netstandard2.0" }.SelectMany(framework => new[] { $"lib/{framework}/{id}.dll", $"lib/{framework}/{id}.xml" })],
            PackedPackage.Open(id).Entries);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Has_symbols_for_both_builds(string id) =>
        Assert.Equal([$"lib/net10.0/{id}.pdb", $"lib/netstandard2.0/{id}.pdb"], PackedPackage.Open(id).Symbols);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Says_what_it_is(string id)
    {
        var package = PackedPackage.Open(id);
        Assert.Equal(id, package.Value("id"));
        Assert.Equal("Apache-2.0", package.Value("license"));
        Assert.Equal("README.md", package.Value("readme"));
        Assert.NotEqual("Package Description", package.Value("description"));
    }

    [Fact]
    public void The_client_brings_only_what_its_framework_lacks()
    {
        var package = PackedPackage.Open("Tidings.Client");
        Assert.Equal(["Microsoft.Extensions.Logging.Abstractions"], package.Dependencies("net10.0"));
        Assert.Equal(
            [
                "Microsoft.Bcl.AsyncInterfaces",
                "Microsoft.Bcl.TimeProvider",
                "Microsoft.Extensions.Logging.Abstractions",
                "System.Diagnostics.DiagnosticSource",
                "System.Text.Json",
                "System.Threading.Channels",
            ],
            package.Dependencies(".NETStandard2.0"));
    }

    [Theory]
    [InlineData("net10.0")]
    [InlineData(".NETStandard2.0")]
    public void Only_who_asks_for_the_bus_gets_the_sdk_of_aws(string framework)
    {
        var with = PackedPackage.All.Where(id => PackedPackage.Open(id).Dependencies(framework)
            .Any(dependency => dependency.StartsWith("AWSSDK.", StringComparison.Ordinal)));
        Assert.Equal(["Tidings.Client.EventBridge"], with);
    }

    /// <summary>They use what is internal to it: with another version, a method might not be there.</summary>
    [Theory]
    [InlineData("Tidings.Client.EventBridge")]
    [InlineData("Tidings.Client.Hosting")]
    public void Belongs_to_the_client_of_its_own_version_only(string id)
    {
        var package = PackedPackage.Open(id);
        Assert.All(
            ["net10.0", ".NETStandard2.0"],
            framework => Assert.Contains(("Tidings.Client", $"[{package.Version}]"), package.Versions(framework)));
    }
}
