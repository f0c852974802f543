using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Tidings.Client;

/// <summary>How this package writes and reads JSON where there is no generated type for it.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class TidingsJson : JsonSerializerContext
{
    public static JsonTypeInfo<JsonElement> Element => Default.JsonElement;
}
