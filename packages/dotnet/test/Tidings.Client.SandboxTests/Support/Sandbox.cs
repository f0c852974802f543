using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tidings.Client.SandboxTests.Support;

/// <summary>A sandbox in a process of its own, which may be killed and started again on its data and its ports.</summary>
internal sealed class Sandbox : IAsyncDisposable
{
    private static readonly TimeSpan BootLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>After a kill, what was under way is hidden for so long; no function takes longer, on a busy machine neither.</summary>
    private const int VisibilitySeconds = 12;
    private const int Ports = 4;
    private readonly string _folder = Directory.CreateTempSubdirectory("tidings-dotnet-hub-").FullName;
    private readonly int _port = FreePorts();
    private readonly StringBuilder _output = new();
    private Process? _process;

    private string TargetFile => Path.Combine(_folder, "target.json");

    public static async Task<Sandbox> StartAsync()
    {
        var sandbox = new Sandbox();
        try
        {
            await sandbox.RunAsync();
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    public HubTarget Target => HubTarget.Read(TargetFile);

    /// <summary>Ends it with all its processes as <c>kill -9</c> does, without time for anything, and starts it again.</summary>
    public async Task KillAndRestartAsync()
    {
        await KillAsync();
        File.Delete(TargetFile);
        await RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync()
    {
        string[] arguments =
        [
            "--import", "tsx", "sandbox/main.ts",
            "--port", _port.ToString(CultureInfo.InvariantCulture),
            "--data", Path.Combine(_folder, "data"),
            "--target", TargetFile,
            "--visibility-timeout", VisibilitySeconds.ToString(CultureInfo.InvariantCulture),
        ];
        var start = new ProcessStartInfo("node", arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        _process?.Dispose();
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(BootLimit);
        while (!File.Exists(TargetFile))
        {
            if (process.HasExited || limit.IsCancellationRequested)
                throw new InvalidOperationException($"Expected a sandbox that writes its target file, found:\n{Printed()}");
            await Task.Delay(LookAgain);
        }
    }

    private async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }

    private string Printed()
    {
        lock (_output)
            return _output.ToString();
    }

    /// <summary>The first of some ports in a row that are all free.</summary>
    private static int FreePorts()
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var first = Random.Shared.Next(30_000, 32_000);
            if (Enumerable.Range(first, Ports).All(IsFree))
                return first;
        }

        throw new InvalidOperationException($"Expected {Ports} free ports in a row, found none");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
