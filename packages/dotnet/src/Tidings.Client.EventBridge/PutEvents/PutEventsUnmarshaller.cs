using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace Tidings.Client.PutEvents;

/// <summary>Reads the answer.</summary>
internal sealed class PutEventsUnmarshaller : JsonResponseUnmarshaller
{
    public static PutEventsUnmarshaller Instance { get; } = new();

    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        using var document = JsonDocument.Parse(input.Stream);
        // An answer without entries says nothing of any event; it is for who counts them to see that.
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("Entries", out var entries)
            && entries.ValueKind == JsonValueKind.Array
                ? new PutEventsResponse { Results = [.. entries.EnumerateArray().Select(ReadResult)] }
                : new PutEventsResponse();
    }

    public override AmazonServiceException UnmarshallException(
        JsonUnmarshallerContext input,
        Exception innerException,
        HttpStatusCode statusCode)
    {
        var reader = new StreamingUtf8JsonReader(input.Stream);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        return new AmazonServiceException(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
    }

    private static EventBridgeResult ReadResult(JsonElement entry) =>
        new(Text(entry, "EventId"), Text(entry, "ErrorCode"), Text(entry, "ErrorMessage"));

    private static string? Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object
        && entry.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
