using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>
/// Makes an event ready to be sent, and refuses what the hub would refuse without having a look at the data's schema.
/// </summary>
internal static class EventWriter
{
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = WholeTextEncoder.Instance,
    };

    /// <summary>Names that are no extension's. The last ones are the hub's, or stand for data.</summary>
    private static readonly HashSet<string> Taken = new(StringComparer.Ordinal)
    {
        "specversion", "id", "source", "type", "time", "subject", "datacontenttype", "dataschema", "tenantid",
        "organizationids", "userids", "roleids", "actorid", "correlationid", "causationid", "traceparent", "tracestate",
        "data", "extensions", "sequence", "recordedtime", "dataref", "data_base64",
    };

    /// <summary>
    /// The whole CloudEvent that an event to publish stands for: with id, time, source and the active trace.
    /// </summary>
    /// <param name="given">The event.</param>
    /// <param name="timeProvider">Says when it happened if the event does not.</param>
    /// <param name="activity">Whose trace it belongs to if the event does not say; absent: the current one.</param>
    /// <exception cref="PublishException">
    /// EVENT_MALFORMED, EVENT_TYPE_UNKNOWN, EVENT_TOO_LARGE, JSON_TOO_DEEP, JSON_KEY_REFUSED, JSON_NUMBER_REFUSED.
    /// </exception>
    public static PreparedEvent Prepare(NewEvent given, TimeProvider timeProvider, Activity? activity = null)
    {
        var (type, source) = TypeOf(given);
        var id = given.Id ?? Guid.NewGuid().ToString();
        var time = given.Time ?? timeProvider.GetUtcNow();
        var violations = new List<Violation>();
        var attributes = new List<KeyValuePair<string, object?>>
        {
            new("specversion", "1.0"),
            new("id", id),
            new("source", source),
            new("type", given.Type),
            new("time", Rfc3339.Format(time)),
            new("subject", given.Subject),
            new("dataschema", given.DataSchema),
            new("tenantid", given.TenantId),
            new("organizationids", Join("organizationids", given.OrganizationIds, violations)),
            new("userids", Join("userids", given.UserIds, violations)),
            new("roleids", Join("roleids", given.RoleIds, violations)),
            new("actorid", given.ActorId),
            new("correlationid", given.CorrelationId),
            new("causationid", given.CausationId),
        };
        var isTraced = given.TraceParent is not null || given.TraceState is not null;
        var (parent, state) = isTraced ? (given.TraceParent, given.TraceState) : TraceContext.Of(activity ?? Activity.Current);
        attributes.Add(new("traceparent", parent));
        attributes.Add(new("tracestate", state));
        attributes.AddRange(ExtensionsOf(given, violations));
        if (!given.HasData)
        {
            violations.Add(new("/data", "expected the data of the event, found nothing"));
        }

        violations.AddRange(EnvelopeRules.Check(attributes));
        if (violations.Count > 0)
        {
            throw Malformed(violations, given.Id);
        }

        var json = Write(given, attributes, out var attributeBytes);
        AssertSize("The event", json.Length, Limits.EventBytes, given.Id);
        AssertSize("What the event has besides its data", attributeBytes, Limits.AttributeBytes, given.Id);
        if (JsonRules.Check(json) is { } problem)
        {
            throw Refused(problem, given.Id);
        }

        return new(id, given.Type, type.Module, json) { Source = source, Time = time };
    }

    private static (EventTypeName Type, string Source) TypeOf(NewEvent given)
    {
        if (EventTypeName.TryParse(given.Type, out var type) && KnownTypes.SourceOf(type) is { } source)
        {
            return (type, source);
        }

        var message = $"expected an event type of a module that this package knows, found {Found.Describe(given.Type)}";
        var problem = new TidingsProblem(HubCodes.EventTypeUnknown, $"No such event type: {message}")
        {
            Errors = [new("/type", message)],
        };
        var advice = $"Did you mean {KnownTypes.Nearest(given.Type)}? {PublishAdvice.For(problem.Code)}";
        throw new PublishException(problem, advice) { EventId = given.Id };
    }

    /// <summary>A comma in an identifier is a mistake that would widen the list.</summary>
    private static string? Join(string name, IReadOnlyList<string>? identifiers, List<Violation> violations)
    {
        if (identifiers is null)
        {
            return null;
        }

        if (identifiers.Count == 0)
        {
            violations.Add(new(
                $"/{name}",
                $"expected at least one identifier, found an empty list: leave \"{name}\" out to restrict nothing"));
            return null;
        }

        var isWrong = false;
        for (var i = 0; i < identifiers.Count; i++)
        {
            if (Identifier.Problem(identifiers[i]) is { } message)
            {
                violations.Add(new($"/{name}/{i.ToString(CultureInfo.InvariantCulture)}", message));
                isWrong = true;
            }
        }

        return isWrong ? null : string.Join(",", identifiers);
    }

    private static IEnumerable<KeyValuePair<string, object?>> ExtensionsOf(NewEvent given, List<Violation> violations)
    {
        if (given.Extensions is not { } extensions)
        {
            return [];
        }

        foreach (var name in extensions.Keys.Where(Taken.Contains))
        {
            violations.Add(new(
                $"/extensions/{JsonPointer.Escape(name)}",
                "expected a name of your own, found that of an attribute which stands elsewhere"));
        }

        return extensions
            .Where(each => !Taken.Contains(each.Key))
            .Select(each => new KeyValuePair<string, object?>(each.Key, each.Value));
    }

    private static byte[] Write(NewEvent given, List<KeyValuePair<string, object?>> attributes, out long attributeBytes)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            foreach (var attribute in attributes)
            {
                WriteAttribute(writer, attribute.Key, attribute.Value);
            }

            attributeBytes = writer.BytesCommitted + writer.BytesPending + 1;
            writer.WritePropertyName("data");
            WriteData(given, writer);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Checked already: an extension is a string, a boolean or a number that is an integer of 32 bits.</summary>
    private static void WriteAttribute(Utf8JsonWriter writer, string name, object? value)
    {
        var content = value is JsonElement element ? JsonText.ValueOf(element) : value;
        switch (content)
        {
            case null:
                break;
            case string text:
                writer.WriteString(name, text);
                break;
            case bool truth:
                writer.WriteBoolean(name, truth);
                break;
            default:
                writer.WriteNumber(name, Convert.ToInt32(content, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WriteData(NewEvent given, Utf8JsonWriter writer)
    {
        try
        {
            given.WriteData(writer);
        }
        catch (Exception thrown)
        {
            // A class or a converter of the user's may throw anything. It is left out: its text may quote the data. Where a
            // property is null that must not be, the serializer names it as C# does: $.LastName.
            var place = thrown is JsonException { Path.Length: > 1 } misfit ? $" at {misfit.Path}" : "";
            var found = thrown is EncoderFallbackException
                ? "half of a character (a lone surrogate)"
                : $"some that makes a {thrown.GetType().Name}{place}";
            var message = $"expected data that JSON can hold, found {found}";
            throw Refused(
                new(HubCodes.EventMalformed, $"The data cannot be written as JSON: {message}") { Errors = [new("/data", message)] },
                given.Id);
        }
    }

    private static void AssertSize(string what, long bytes, int limit, string? id)
    {
        if (bytes <= limit)
        {
            return;
        }

        var message = $"expected at most {limit} bytes as JSON, found {bytes}";
        throw Refused(new(HubCodes.EventTooLarge, $"{what} is too large: {message}") { Errors = [new("", message)] }, id);
    }

    private static PublishException Malformed(List<Violation> violations, string? id)
    {
        var more = violations.Count > 1 ? $", and {violations.Count - 1} more" : string.Empty;
        return Refused(
            new(HubCodes.EventMalformed, $"Not an event that the hub takes: {violations[0].Path} {violations[0].Message}{more}")
            {
                Errors = violations,
            },
            id);
    }

    private static PublishException Refused(TidingsProblem problem, string? id) =>
        new(problem, PublishAdvice.For(problem.Code)) { EventId = id };
}
