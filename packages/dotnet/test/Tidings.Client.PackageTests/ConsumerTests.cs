namespace Tidings.Client.PackageTests;

/// <summary>Somebody else's project, which has nothing of this repository but the packages.</summary>
public sealed class ConsumerTests
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <NuGetAudit>false</NuGetAudit>
            <!-- Where these very packages are unpacked; the others may come from where the user keeps them. -->
            <RestorePackagesPath>$(MSBuildThisFileDirectory)packages</RestorePackagesPath>
            <RestoreFallbackFolders>$(NuGetPackageRoot);$(UserPackages)</RestoreFallbackFolders>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Tidings.Client.EventBridge" Version="VERSION" />
            <PackageReference Include="Tidings.Client.Hosting" Version="VERSION" />
          </ItemGroup>
        </Project>
        """;

    private const string Program = """
        using Microsoft.Extensions.DependencyInjection;
        using Tidings.Client;
        using Tidings.Client.Events;

        var services = new ServiceCollection().AddTidings(options => options.ApiUrl = "https://events.example.com");
        using var bus = new TidingsBusClient(new TidingsBusOptions { Buses = Buses.OfEnvironment("dev") });
        var john = NewEvents.BankTestCreatedV1("acme", new()
        {
            FirstName = "John",
            LastName = "Doe",
            FavoriteColor = BankTestCreatedV1FavoriteColor.Red,
            RegistrationDate = DateTimeOffset.UtcNow,
        });
        Console.WriteLine($"{john.Type} {services.Count > 0}");
        """;

    /// <summary>A source beside those that the machine has anyway.</summary>
    private static readonly string Sources = $"""
        <configuration>
          <packageSources>
            <add key="packed" value="{PackedPackage.Folder}" />
          </packageSources>
        </configuration>
        """;

    [Fact]
    public async Task Restores_compiles_and_runs()
    {
        using var folder = new TemporaryFolder();
        var version = PackedPackage.Open("Tidings.Client").Version;
        folder.Write("Consumer.csproj", Project.Replace("VERSION", version, StringComparison.Ordinal));
        folder.Write("Program.cs", Program);
        folder.Write("nuget.config", Sources);
        var userPackages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await DotnetCommand.DotnetAsync(
            folder.Path, "build", "-nodeReuse:false", "-p:UseSharedCompilation=false", $"-p:UserPackages={userPackages}", "--output", "built");
        var unpacked = Directory.EnumerateDirectories(Path.Combine(folder.Path, "packages"), "tidings.*").Select(Path.GetFileName);
        Assert.Equal(PackedPackage.All, unpacked.Order(StringComparer.Ordinal), StringComparer.OrdinalIgnoreCase);
        var printed = await DotnetCommand.DotnetAsync(folder.Path, Path.Combine("built", "Consumer.dll"));
        Assert.Equal("bank.test:created@v1 True", printed.Trim());
    }
}
