using System.Reflection;
using System.Runtime.Versioning;

namespace Tidings.Client.Tests.Support;

public sealed class ClientFrameworkTests
{
    [Fact]
    public void Runs_against_the_build_of_the_packages_that_the_project_names()
    {
        var wanted = typeof(ClientFrameworkTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(one => one.Key == "ClientFramework").Value;
        var found = new FrameworkName(typeof(Cursor).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);
        Assert.Equal(wanted, $"{(found.Identifier == ".NETStandard" ? "netstandard" : "net")}{found.Version}");
    }
}
