namespace Tidings.Client.Tests;

/// <summary>Tests in which the manual clock runs: one at a time, because it waits until nothing else is under way.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClockTests
{
    public const string Name = "The clock runs";
}
