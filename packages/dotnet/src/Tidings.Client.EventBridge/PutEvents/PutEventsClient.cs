using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Tidings.Client.PutEvents;

/// <summary>A service client with one action: what is of EventBridge in it; the rest is the AWS SDK's pipeline.</summary>
internal sealed class PutEventsClient : AmazonServiceClient
{
    public PutEventsClient(PutEventsConfig config)
        : base(config)
    {
    }

    public PutEventsClient(AWSCredentials credentials, PutEventsConfig config)
        : base(credentials, config)
    {
    }

    protected override IServiceMetadata ServiceMetadata { get; } = new EventBridgeMetadata();

    public Task<PutEventsResponse> PutEventsAsync(PutEventsRequest request, CancellationToken cancellationToken) =>
        InvokeAsync<PutEventsResponse>(
            request,
            new InvokeOptions
            {
                RequestMarshaller = PutEventsMarshaller.Instance,
                ResponseUnmarshaller = PutEventsUnmarshaller.Instance,
            },
            cancellationToken);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new EventBridgeEndpointHandler());
        pipeline.AddHandlerAfter<Marshaller>(new EventBridgeAuthHandler());
    }

    private sealed class EventBridgeMetadata : IServiceMetadata
    {
        public string ServiceId => PutEventsConfig.Service;

        public IDictionary<string, string> OperationNameMapping { get; } =
            new Dictionary<string, string>(StringComparer.Ordinal);
    }
}
