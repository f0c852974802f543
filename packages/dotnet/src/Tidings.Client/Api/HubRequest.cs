namespace Tidings.Client;

/// <summary>What is asked of the hub.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">From the slash after the API's URL on.</param>
internal sealed record HubRequest(HttpMethod Method, string Path)
{
    /// <summary>JSON; absent for a request without content.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Whether it may be sent again when the first may have been served.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>The code by which the hub refuses a repeated one because the first has done its work.</summary>
    public string? DoneBy { get; init; }

    public static HubRequest Get(string path) => new(HttpMethod.Get, path);
}
