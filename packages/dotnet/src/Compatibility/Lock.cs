namespace System.Threading;

/// <summary>What <c>lock</c> locks in later frameworks.</summary>
[Microsoft.CodeAnalysis.Embedded]
internal sealed class Lock
{
    private readonly object _gate = new();

    public Scope EnterScope()
    {
        Monitor.Enter(_gate);
        return new Scope(_gate);
    }

    public readonly ref struct Scope(object gate)
    {
        public void Dispose() => Monitor.Exit(gate);
    }
}
