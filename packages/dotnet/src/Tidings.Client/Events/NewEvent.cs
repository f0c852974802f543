using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tidings.Client;

/// <summary>
/// An event to publish. What is absent is filled in when it is published: id, time, source and the active trace. Set
/// <see cref="Id"/> yourself if you keep the event until it was accepted: an id is recorded once, however often it is sent.
/// </summary>
public abstract record NewEvent
{
    private protected NewEvent(string type, string tenantId)
    {
        Type = type;
        TenantId = tenantId;
    }

    /// <summary><c>&lt;module&gt;.&lt;entity&gt;[.&lt;sub&gt;]:&lt;action&gt;@v&lt;N&gt;</c>, such as <c>bank.transaction:created@v1</c>.</summary>
    public string Type { get; }

    /// <summary>The tenant whose event it is. Nobody else ever sees it.</summary>
    public string TenantId { get; init; }

    /// <summary>Unique per tenant; sending it again changes nothing. Absent: a new UUID.</summary>
    public string? Id { get; init; }

    /// <summary>When it happened. Absent: now.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The resource, such as <c>transaction/123</c>.</summary>
    public string? Subject { get; init; }

    /// <summary>Only members of one of these organisations may see it. Absent: no such restriction; empty is refused.</summary>
    public IReadOnlyList<string>? OrganizationIds { get; init; }

    /// <summary>Only these users may see it. Absent: no such restriction; empty is refused.</summary>
    public IReadOnlyList<string>? UserIds { get; init; }

    /// <summary>Only who has one of these roles may see it. Absent: no such restriction; empty is refused.</summary>
    public IReadOnlyList<string>? RoleIds { get; init; }

    /// <summary>Who caused it.</summary>
    public string? ActorId { get; init; }

    /// <summary>What it belongs to.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The id of the event that caused it.</summary>
    public string? CausationId { get; init; }

    /// <summary>W3C Trace Context. Absent: that of <see cref="System.Diagnostics.Activity.Current"/>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C Trace Context, what vendors add.</summary>
    public string? TraceState { get; init; }

    /// <summary>Where the schema of the data is.</summary>
    public string? DataSchema { get; init; }

    /// <summary>
    /// Attributes of your own: names of 1 to 32 lower-case letters and digits; strings, booleans and 32-bit integers.
    /// </summary>
    public IReadOnlyDictionary<string, object>? Extensions { get; init; }

    /// <summary>An event whose data is JSON already, of a type that needs not be among the generated ones.</summary>
    public static NewEvent<JsonElement> FromJson(string type, string tenantId, JsonElement data) =>
        new(type, tenantId, data, TidingsJson.Element);

    /// <summary>Whether there is data; <c>null</c> is some.</summary>
    internal abstract bool HasData { get; }

    internal abstract void WriteData(Utf8JsonWriter writer);
}

/// <summary>An event to publish whose data is of a known type. The generated <c>NewEvents</c> make them.</summary>
/// <typeparam name="TData">What the schema of the event's type says.</typeparam>
public sealed record NewEvent<TData> : NewEvent
{
    private readonly JsonTypeInfo<TData> _typeInfo;

    /// <param name="type">The event's type.</param>
    /// <param name="tenantId">The tenant whose event it is.</param>
    /// <param name="data">What happened.</param>
    /// <param name="typeInfo">How the data is written as JSON.</param>
    public NewEvent(string type, string tenantId, TData data, JsonTypeInfo<TData> typeInfo)
        : base(type, tenantId)
    {
        Data = data;
        _typeInfo = typeInfo;
    }

    /// <summary>What happened.</summary>
    public TData Data { get; init; }

    internal override bool HasData => Data is not JsonElement { ValueKind: JsonValueKind.Undefined };

    internal override void WriteData(Utf8JsonWriter writer) => JsonSerializer.Serialize(writer, Data, _typeInfo);
}
