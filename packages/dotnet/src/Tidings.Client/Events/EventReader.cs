using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>Reads events as the hub delivers them.</summary>
internal static class EventReader
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "specversion", "id", "source", "type", "time", "subject", "datacontenttype", "dataschema", "tenantid",
        "organizationids", "userids", "roleids", "actorid", "correlationid", "causationid", "traceparent", "tracestate",
        "sequence", "recordedtime", "dataref", "data",
    };

    /// <summary>An event out of JSON. It holds on to nothing of the document that it comes from.</summary>
    /// <param name="element">What the hub sent.</param>
    /// <param name="recorded">The event.</param>
    /// <param name="problem">What is wrong with it, without its data.</param>
    public static bool TryRead(
        JsonElement element,
        [NotNullWhen(true)] out RecordedEvent? recorded,
        [NotNullWhen(false)] out string? problem)
    {
        recorded = null;
        if (element.ValueKind != JsonValueKind.Object)
        {
            problem = $"expected an event as a JSON object, found {Found.Describe(element)}";
            return false;
        }

        var (id, type, source, tenant) =
            (TextOf(element, "id"), TextOf(element, "type"), TextOf(element, "source"), TextOf(element, "tenantid"));
        if (id is null || type is null || source is null || tenant is null)
        {
            problem = "expected an event with id, type, source and tenantid, found one without";
            return false;
        }

        if (!TrySequence(TextOf(element, "sequence"), out var sequence))
        {
            problem = "expected an event with a sequence, found one without";
            return false;
        }

        if (!Rfc3339.TryParse(TextOf(element, "time"), out var time)
            || !Rfc3339.TryParse(TextOf(element, "recordedtime"), out var recordedTime))
        {
            problem = "expected an event with time and recordedtime as in RFC 3339, found one without";
            return false;
        }

        problem = null;
        recorded = new RecordedEvent
        {
            Id = id,
            Type = type,
            Source = source,
            TenantId = tenant,
            Sequence = sequence,
            Time = time,
            RecordedTime = recordedTime,
            Subject = TextOf(element, "subject"),
            OrganizationIds = ListOf(element, "organizationids"),
            UserIds = ListOf(element, "userids"),
            RoleIds = ListOf(element, "roleids"),
            ActorId = TextOf(element, "actorid"),
            CorrelationId = TextOf(element, "correlationid"),
            CausationId = TextOf(element, "causationid"),
            TraceParent = TextOf(element, "traceparent"),
            TraceState = TextOf(element, "tracestate"),
            DataContentType = TextOf(element, "datacontenttype"),
            DataSchema = TextOf(element, "dataschema"),
            DataRef = TextOf(element, "dataref"),
            Extensions = ExtensionsOf(element),
            Data = element.TryGetProperty("data", out var data) ? data.Clone() : default,
        };
        return true;
    }

    /// <summary>A sequence as the attribute has it: digits, zero-padded. Source: CloudEvents "sequence" extension.</summary>
    public static bool TrySequence(string? text, out long sequence) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonText.StringOf(value) : null;

    private static string[]? ListOf(JsonElement element, string name) => TextOf(element, name)?.Split(',');

    private static Dictionary<string, JsonElement> ExtensionsOf(JsonElement element)
    {
        var extensions = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (!Known.Contains(member.Name))
            {
                extensions[member.Name] = member.Value.Clone();
            }
        }

        return extensions;
    }
}
