namespace Tidings.Client.SandboxTests;

public sealed class PlaceholderTests
{
    [Fact]
    public void Placeholder() => Assert.NotNull(typeof(Cursor));
}
