using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Util.Internal;

namespace Tidings.Client.PutEvents;

/// <summary>What the pipeline must know of EventBridge.</summary>
internal sealed class PutEventsConfig : ClientConfig
{
    /// <summary>The service's id: by it the SDK finds <c>AWS_ENDPOINT_URL_EVENTBRIDGE</c> and the part of a profile.</summary>
    public const string Service = "EventBridge";

    public PutEventsConfig()
        : base(new DefaultConfigurationProvider(Defaults))
    {
        ServiceId = Service;
        AuthenticationServiceName = RegionEndpointServiceName;
        EndpointProvider = new EventBridgeEndpoints();
        // EventBridge redirects nobody; whoever does is somebody else.
        AllowAutoRedirect = false;
    }

    public override string RegionEndpointServiceName => "events";

    public override string ServiceVersion => "2015-10-07";

    public override string UserAgent { get; } =
        InternalSDKUtils.BuildUserAgentString(Service, typeof(PutEventsConfig).Assembly.GetName().Version?.ToString(3) ?? "0");

    /// <summary>What <c>AWS_DEFAULTS_MODE</c> may choose among. Source: AWS SDKs and tools reference, "Smart configuration defaults".</summary>
    private static IEnumerable<IDefaultConfiguration> Defaults { get; } =
    [
        Mode(DefaultConfigurationMode.Standard, connectMilliseconds: 3_100),
        Mode(DefaultConfigurationMode.InRegion, connectMilliseconds: 1_100),
        Mode(DefaultConfigurationMode.CrossRegion, connectMilliseconds: 3_100),
        Mode(DefaultConfigurationMode.Mobile, connectMilliseconds: 30_000),
        Mode(DefaultConfigurationMode.Auto, connectMilliseconds: 1_100),
    ];

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        EndpointProvider.ResolveEndpoint(EventBridgeEndpointHandler.ParametersOf(this, parameters.AlternateEndpoint));

    private static DefaultConfiguration Mode(DefaultConfigurationMode name, int connectMilliseconds) => new()
    {
        Name = name,
        RetryMode = RequestRetryMode.Standard,
        S3UsEast1RegionalEndpoint = S3UsEast1RegionalEndpointValue.Regional,
        ConnectTimeout = TimeSpan.FromMilliseconds(connectMilliseconds),
        TlsNegotiationTimeout = TimeSpan.FromMilliseconds(connectMilliseconds),
    };
}
