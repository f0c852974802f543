using System.Text.Json;

namespace Tidings.Client.SandboxTests.Support;

/// <summary>Where a hub is: the file that a sandbox writes, or one made of the outputs of a deployment.</summary>
internal sealed record HubTarget(
    string ApiUrl,
    string SocketUrl,
    string TokenUrl,
    string Audience,
    string Region,
    string? AwsEndpointUrl,
    string ClientId,
    string ClientSecret,
    IReadOnlyDictionary<string, string> Buses)
{
    public static HubTarget Read(string file)
    {
        var target = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(file));
        return new HubTarget(
            Text("apiUrl"),
            Text("socketUrl"),
            Text("tokenUrl"),
            Text("audience"),
            Text("region"),
            Optional("awsEndpointUrl"),
            Optional("clientId") ?? "dotnet",
            Optional("clientSecret") ?? "dotnet-secret",
            target.GetProperty("buses").EnumerateObject()
                .ToDictionary(bus => bus.Name, bus => bus.Value.GetString()!, StringComparer.Ordinal));

        string? Optional(string name) => target.TryGetProperty(name, out var value) ? value.GetString() : null;
        string Text(string name) =>
            Optional(name) ?? throw new InvalidOperationException($"{file}: \"{name}\": expected a string, found none");
    }
}
