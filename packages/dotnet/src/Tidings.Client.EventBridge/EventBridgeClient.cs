using Amazon;
using Amazon.Runtime;
using Tidings.Client.PutEvents;

namespace Tidings.Client;

/// <summary>Where and as whom EventBridge is called. Everything may be absent: the AWS SDK's own chains find it then.</summary>
public sealed record EventBridgeClientOptions
{
    /// <summary>
    /// Such as <c>eu-north-1</c>. Absent: as the AWS SDK finds it, in <c>AWS_REGION</c>, the profile or the metadata of the
    /// machine.
    /// </summary>
    public string? Region { get; init; }

    /// <summary>
    /// Where EventBridge is. Absent: what <c>AWS_ENDPOINT_URL_EVENTBRIDGE</c> or <c>AWS_ENDPOINT_URL</c> says, else that of
    /// the region.
    /// </summary>
    public Uri? ServiceUrl { get; init; }

    /// <summary>
    /// Who calls. Absent: as the AWS SDK finds it, in the environment, the profile, a web identity, the role of the container
    /// or of the machine.
    /// </summary>
    public AWSCredentials? Credentials { get; init; }
}

/// <summary>
/// EventBridge's <c>PutEvents</c> on the AWS SDK's own core: its credentials, regions, endpoints, signatures and retries, with
/// no more of the service than this one action.
/// </summary>
public sealed class EventBridgeClient : IEventBridge, IDisposable
{
    private readonly PutEventsClient _client;

    /// <param name="options">Where and as whom; the ambient ones without.</param>
    /// <exception cref="AmazonClientException">There is no region.</exception>
    public EventBridgeClient(EventBridgeClientOptions? options = null)
        : this(options, new PutEventsConfig())
    {
    }

    internal EventBridgeClient(EventBridgeClientOptions? options, PutEventsConfig config)
    {
        if ((options?.ServiceUrl?.ToString() ?? config.ServiceURL) is { } url)
        {
            // Also where the environment names it: the configuration forgets it as soon as it looks for a region.
            config.ServiceURL = url;
            // An address says nothing of a region, and the SDK would sign for us-east-1.
            config.AuthenticationRegion = options?.Region ?? AmbientRegion();
        }
        else if (options?.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        _client = options?.Credentials is { } credentials
            ? new PutEventsClient(credentials, config)
            : new PutEventsClient(config);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<EventBridgeResult>> PutEventsAsync(
        IReadOnlyList<EventBridgeEntry> entries,
        CancellationToken cancellationToken)
    {
        var response = await _client.PutEventsAsync(new PutEventsRequest(entries), cancellationToken).ConfigureAwait(false);
        return response.Results;
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static string? AmbientRegion() =>
        Environment.GetEnvironmentVariable("AWS_REGION") ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION");
}
