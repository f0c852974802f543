using System.Text.Json;

namespace Tidings.Client;

/// <summary>An event as the hub delivers it.</summary>
public sealed partial record RecordedEvent
{
    /// <summary>Unique per tenant.</summary>
    public required string Id { get; init; }

    /// <summary>Such as <c>bank.transaction:created@v1</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Such as <c>com.tidings.bank</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The tenant whose event it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>The event's place in its tenant's order, from 1, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>When the hub recorded it.</summary>
    public required DateTimeOffset RecordedTime { get; init; }

    /// <summary>The resource, such as <c>transaction/123</c>.</summary>
    public string? Subject { get; init; }

    /// <summary>Only members of one of these organisations may see it; absent: no such restriction.</summary>
    public IReadOnlyList<string>? OrganizationIds { get; init; }

    /// <summary>Only these users may see it; absent: no such restriction.</summary>
    public IReadOnlyList<string>? UserIds { get; init; }

    /// <summary>Only who has one of these roles may see it; absent: no such restriction.</summary>
    public IReadOnlyList<string>? RoleIds { get; init; }

    /// <summary>Who caused it.</summary>
    public string? ActorId { get; init; }

    /// <summary>What it belongs to.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The id of the event that caused it.</summary>
    public string? CausationId { get; init; }

    /// <summary>W3C Trace Context.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C Trace Context, what vendors add.</summary>
    public string? TraceState { get; init; }

    /// <summary>What the data is written in, such as <c>application/json</c>.</summary>
    public string? DataContentType { get; init; }

    /// <summary>Where the schema of the data is.</summary>
    public string? DataSchema { get; init; }

    /// <summary>Where the whole event is, if it was too large for the socket. Source: CloudEvents "dataref" extension.</summary>
    public string? DataRef { get; init; }

    /// <summary>Attributes that the hub does not know, as they were published.</summary>
    public IReadOnlyDictionary<string, JsonElement> Extensions { get; init; } = new Dictionary<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>What happened, as JSON; <see cref="JsonValueKind.Undefined"/> if it has none.</summary>
    public JsonElement Data { get; init; }
}
