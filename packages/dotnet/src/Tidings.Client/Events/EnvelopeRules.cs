using System.Globalization;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>
/// What the hub takes as an event: a CloudEvent 1.0 in JSON. Source: CloudEvents 1.0.2, "Context Attributes" and "JSON
/// Event Format". Same rules, and same words, as <c>packages/contracts/src/envelope.ts</c>.
/// </summary>
internal static class EnvelopeRules
{
    private const int NameCharacters = 32;

    private static readonly string[] Required = ["specversion", "id", "source", "type", "tenantid"];

    /// <summary>What is wrong with an event as JSON. <c>data</c> is not looked at: that is for the type's schema.</summary>
    public static IReadOnlyList<Violation> Check(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return [new("", $"expected a CloudEvent as a JSON object, found {Found.Describe(value)}")];
        }

        return Check(value.EnumerateObject().Select(each => new KeyValuePair<string, object?>(each.Name, JsonText.ValueOf(each.Value))));
    }

    /// <summary>What is wrong with attributes. Those that are null count as absent, as the JSON format demands.</summary>
    public static List<Violation> Check(IEnumerable<KeyValuePair<string, object?>> attributes)
    {
        var present = attributes
            .Where(each => each.Value is not null && !string.Equals(each.Key, "data", StringComparison.Ordinal))
            .ToList();
        var names = new HashSet<string>(present.Select(each => each.Key), StringComparer.Ordinal);
        var violations = Required
            .Where(name => !names.Contains(name))
            .Select(name => new Violation($"/{name}", $"expected the CloudEvents attribute \"{name}\", found nothing"))
            .ToList();
        if (present.Count > Limits.Attributes)
        {
            violations.Add(new("", $"expected at most {Limits.Attributes} attributes, found {present.Count}"));
        }

        foreach (var attribute in present.Take(Limits.Attributes))
        {
            if (Problem(attribute.Key, attribute.Value) is { } message)
            {
                var name = attribute.Key.Length > Limits.IdentifierCharacters
                    ? attribute.Key.Substring(0, Limits.IdentifierCharacters)
                    : attribute.Key;
                violations.Add(new($"/{JsonPointer.Escape(name)}", message));
            }
        }

        return violations;
    }

    private static string? Problem(string name, object? value) => name switch
    {
        "specversion" => value is "1.0" ? null : $"expected \"1.0\", found {Found.Describe(value)}",
        "id" or "tenantid" or "actorid" or "correlationid" or "causationid" => Identifier.Problem(value),
        "source" or "subject" or "dataschema" or "tracestate" => TextProblem(value),
        "type" => EventTypeName.Problem(value),
        "time" => Rfc3339.Problem(value),
        "datacontenttype" => value is string media && MediaType.IsJson(media)
            ? TextProblem(value)
            : $"expected application/json or another JSON media type, found {Found.Describe(value)}",
        "organizationids" or "userids" or "roleids" => AudienceProblem(value),
        "traceparent" => value is string parent && TraceContext.IsParent(parent)
            ? TextProblem(value)
            : $"expected a traceparent as in W3C Trace Context, found {Found.Describe(value)}",
        "sequence" or "recordedtime" => "expected to be absent, because the hub assigns it",
        "dataref" => "expected the data itself: a reference to data elsewhere cannot be validated",
        "data_base64" => "expected \"data\" with JSON: binary data cannot be validated",
        _ when !IsName(name) => "expected a name of 1 to 32 lower-case letters and digits",
        _ => ExtensionProblem(value),
    };

    private static string? TextProblem(object? value)
    {
        if (value is not string { Length: > 0 } text)
        {
            return $"expected a string with characters, found {Found.Describe(value)}";
        }

        if (text.Length > Limits.AttributeCharacters)
        {
            return $"expected at most {Limits.AttributeCharacters} characters, found {text.Length}";
        }

        if (text.Any(char.IsControl))
        {
            return $"expected no control characters, found some in {Found.Describe(text)}";
        }

        return Identifier.IsWellFormed(text) ? null : "expected well-formed Unicode, found a lone surrogate";
    }

    private static string? AudienceProblem(object? value)
    {
        if (value is not string text)
        {
            return $"expected identifiers in one string, separated by commas, found {Found.Describe(value)}";
        }

        return text.Length > Limits.AudienceCharacters
            ? $"expected at most {Limits.AudienceCharacters} characters, found {text.Length}"
            : text.Split(',').Select(Identifier.Problem).FirstOrDefault(problem => problem is not null);
    }

    private static string? ExtensionProblem(object? value) => value switch
    {
        bool => null,
        string text => text.Length == 0 ? null : TextProblem(text),
        sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal =>
            IntegerProblem(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        JsonElement { ValueKind: not (JsonValueKind.Array or JsonValueKind.Object or JsonValueKind.Undefined) } scalar =>
            ExtensionProblem(JsonText.ValueOf(scalar)),
        _ => $"expected a string, a boolean or an integer, found {Found.Describe(value)}",
    };

    private static string? IntegerProblem(double number) =>
        number is >= int.MinValue and <= int.MaxValue && Math.Floor(number).Equals(number)
            ? null
            : $"expected an integer of 32 bits, found {Found.Number(number)}";

    private static bool IsName(string name) =>
        name.Length is > 0 and <= NameCharacters
        && name.All(character => character is (>= 'a' and <= 'z') or (>= '0' and <= '9'));
}
