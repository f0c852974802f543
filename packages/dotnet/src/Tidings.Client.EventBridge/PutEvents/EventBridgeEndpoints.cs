using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Util;
using static Amazon.Runtime.Internal.Endpoints.StandardLibrary.Fn;

namespace Tidings.Client.PutEvents;

/// <summary>Where EventBridge is. Source: the endpoint rules of the service, without those of global endpoints.</summary>
internal sealed class EventBridgeEndpoints : IEndpointProvider
{
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        var isFips = parameters["UseFIPS"] is true;
        var isDualStack = parameters["UseDualStack"] is true;
        if (parameters["Endpoint"] is string { Length: > 0 } given)
        {
            return isFips || isDualStack
                ? throw new AmazonClientException("An endpoint of one's own can be combined with neither FIPS nor dual stack")
                : new Endpoint(given);
        }
        if (parameters["Region"] is not string { Length: > 0 } region || Partition(region) is not { } partition)
        {
            throw new AmazonClientException("No RegionEndpoint or ServiceURL configured");
        }
        if ((isFips && !Supports(partition, "supportsFIPS")) || (isDualStack && !Supports(partition, "supportsDualStack")))
        {
            throw new AmazonClientException($"The region {region} has no endpoints with what is asked for (FIPS or dual stack)");
        }
        // The government regions' own endpoints are those with FIPS.
        var isFipsAnyway = !isDualStack && region is "us-gov-west-1" or "us-gov-east-1";
        var host = isFips && !isFipsAnyway ? "events-fips" : "events";
        var suffix = (string)GetAttr(partition, isDualStack ? "dualStackDnsSuffix" : "dnsSuffix");
        return new Endpoint($"https://{host}.{region}.{suffix}");
    }

    private static bool Supports(object partition, string feature) => GetAttr(partition, feature) is true;
}

/// <summary>Tells the pipeline where the request goes.</summary>
internal sealed class EventBridgeEndpointHandler : BaseEndpointResolver
{
    public static EndpointParameters ParametersOf(IClientConfig config, RegionEndpoint? alternate) => new EventBridgeParameters
    {
        ["Region"] = alternate?.SystemName ?? RegionOf(config),
        ["UseDualStack"] = config.UseDualstackEndpoint,
        ["UseFIPS"] = config.UseFIPSEndpoint,
        ["Endpoint"] = config.ServiceURL,
    };

    protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) =>
        ParametersOf(requestContext.ClientConfig, requestContext.Request.AlternateEndpoint);

    private static string? RegionOf(IClientConfig config)
    {
        if (config.RegionEndpoint is { } region)
        {
            return region.SystemName;
        }
        return string.IsNullOrEmpty(config.AuthenticationRegion)
            ? AWSSDKUtils.DetermineRegion(config.ServiceURL)
            : config.AuthenticationRegion;
    }

    private sealed class EventBridgeParameters : EndpointParameters;
}

/// <summary>Tells the pipeline how the request is signed: with Signature Version 4.</summary>
internal sealed class EventBridgeAuthHandler : BaseAuthResolverHandler
{
    protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) =>
        AuthSchemeOption.DEFAULT_SIGV4;
}
