using System.Text.Json.Serialization;

namespace Tidings.Client;

/// <summary>Reads and writes a value of an enum by the name that its schema gives it, and never as a number.</summary>
internal sealed class WireNameConverter<TEnum>()
    : JsonStringEnumConverter<TEnum>(namingPolicy: null, allowIntegerValues: false)
    where TEnum : struct, Enum;
