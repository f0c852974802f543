using System.Text.Encodings.Web;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Util;

namespace Tidings.Client.PutEvents;

/// <summary>Writes the request. Source: EventBridge API reference, PutEvents; the protocol is AWS JSON 1.1.</summary>
internal sealed class PutEventsMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    /// <summary>Nothing is HTML here, and escapes would make a request of letters like å three times as large.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static PutEventsMarshaller Instance { get; } = new();

    public IRequest Marshall(AmazonWebServiceRequest input) => new DefaultRequest(input, "Amazon.EventBridge")
    {
        Headers =
        {
            ["X-Amz-Target"] = "AWSEvents.PutEvents",
            ["Content-Type"] = "application/x-amz-json-1.1",
            [HeaderKeys.XAmzApiVersion] = "2015-10-07",
        },
        HttpMethod = "POST",
        ResourcePath = "/",
        Content = Write(((PutEventsRequest)input).Entries),
    };

    private static byte[] Write(IReadOnlyList<EventBridgeEntry> entries)
    {
        using var stream = new MemoryStream();
        using var writer = new Utf8JsonWriter(stream, Options);
        writer.WriteStartObject();
        writer.WriteStartArray("Entries");
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteString("EventBusName", entry.EventBusName);
            writer.WriteString("Source", entry.Source);
            writer.WriteString("DetailType", entry.DetailType);
            writer.WriteString("Detail", entry.Detail);
            if (entry.Time is { } time)
            {
                // Seconds since 1970, with milliseconds as decimals.
                writer.WriteNumber("Time", time.ToUnixTimeMilliseconds() / 1000m);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return stream.ToArray();
    }
}
