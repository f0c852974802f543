using Amazon.Runtime;

namespace Tidings.Client.PutEvents;

/// <summary>The request, as the pipeline of the AWS SDK passes it on.</summary>
internal sealed class PutEventsRequest(IReadOnlyList<EventBridgeEntry> entries) : AmazonWebServiceRequest
{
    public IReadOnlyList<EventBridgeEntry> Entries { get; } = entries;
}

/// <summary>The answer to it.</summary>
internal sealed class PutEventsResponse : AmazonWebServiceResponse
{
    public IReadOnlyList<EventBridgeResult> Results { get; init; } = [];
}
