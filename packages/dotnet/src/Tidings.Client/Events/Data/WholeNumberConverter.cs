using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tidings.Client;

/// <summary>To a schema <c>1.0</c> and <c>1e3</c> are integers too; the serializer's own reader refuses them.</summary>
internal sealed class WholeNumberConverter : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            throw new JsonException();
        }

        if (reader.TryGetInt64(out var whole))
        {
            return whole;
        }

        return reader.TryGetDecimal(out var number)
            && decimal.Truncate(number) == number
            && number is >= long.MinValue and <= long.MaxValue
                ? (long)number
                : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value);
}
