namespace Tidings.Client.SandboxTests.Support;

/// <summary>A fact about a hub that may be killed: left out where the hub is somebody else's.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SandboxFactAttribute : FactAttribute
{
    public const string Variable = "TIDINGS_TARGET";

    public SandboxFactAttribute()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
            Skip = $"{Variable} names a hub that is not the suite's own";
    }
}
