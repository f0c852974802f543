using System.Text.Json;

namespace Tidings.Client;

/// <summary>What makes a filter one that the hub takes, and how it is written.</summary>
internal static class FilterRules
{
    private static readonly string[] Lists = ["types", "entities", "actions", "organizations", "subjects"];

    /// <summary>A filter as it goes over the wire, without the lists that ask for nothing.</summary>
    public static void Write(Utf8JsonWriter writer, EventFilter filter)
    {
        writer.WriteStartObject();
        foreach (var name in Lists)
        {
            if (ListOf(filter, name) is not { Count: > 0 } list)
            {
                continue;
            }

            writer.WriteStartArray(name);
            foreach (var value in list)
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    /// <summary>What the hub would find wrong with a filter of a program; nothing if it can be used.</summary>
    public static IReadOnlyList<Violation> Check(EventFilter filter, string pointer = "/filter")
    {
        var violations = new List<Violation>();
        var characters = 2;
        foreach (var name in Lists)
        {
            if (ListOf(filter, name) is not { } list)
            {
                continue;
            }

            var found = CheckList(list, list.Count, $"{pointer}/{name}");
            violations.AddRange(found);
            characters += found.Count == 0 ? CharactersOf(name, list, characters > 2) : 0;
        }

        return Finish(violations, characters, pointer);
    }

    /// <summary>A filter out of JSON.</summary>
    /// <param name="value">What stands there; undefined if there is none.</param>
    /// <param name="filter">The filter, without the lists that ask for nothing, if there are no violations.</param>
    /// <param name="pointer">Where it stands in the input, for the violations.</param>
    public static IReadOnlyList<Violation> Parse(JsonElement value, out EventFilter filter, string pointer = "/filter")
    {
        filter = new EventFilter();
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return [new(pointer, $"expected an object with lists of strings, found {Found.Describe(value)}")];
        }

        var violations = new List<Violation>();
        var characters = 2;
        foreach (var member in value.EnumerateObject())
        {
            var name = member.Name;
            if (Array.IndexOf(Lists, name) < 0)
            {
                var shown = name.Length > Limits.FilterValueCharacters ? name.Substring(0, Limits.FilterValueCharacters) : name;
                violations.Add(new($"{pointer}/{JsonPointer.Escape(shown)}", $"expected one of {string.Join(", ", Lists)}"));
                continue;
            }

            var path = $"{pointer}/{name}";
            if (member.Value.ValueKind != JsonValueKind.Array)
            {
                violations.Add(new(path, $"expected a list of strings, found {Found.Describe(member.Value)}"));
                continue;
            }

            object?[] values = [.. member.Value.EnumerateArray().Select(JsonText.ValueOf)];
            var found = CheckList(values, values.Length, path);
            violations.AddRange(found);
            if (found.Count == 0 && values.Length > 0)
            {
                string[] list = [.. values.Cast<string>()];
                characters += CharactersOf(name, list, characters > 2);
                filter = With(filter, name, list);
            }
        }

        return Finish(violations, characters, pointer);
    }

    private static List<Violation> Finish(List<Violation> violations, int characters, string pointer)
    {
        if (characters > Limits.FilterCharacters)
        {
            violations.Add(new(pointer, $"expected at most {Limits.FilterCharacters} characters as JSON, found {characters}"));
        }

        return violations.Count > Limits.FilterViolations ? violations.GetRange(0, Limits.FilterViolations) : violations;
    }

    private static List<Violation> CheckList(IEnumerable<object?> list, int count, string path)
    {
        if (count > Limits.FilterValues)
        {
            return [new(path, $"expected at most {Limits.FilterValues} values, found {count}")];
        }

        return
        [
            .. list.Select((value, index) => (Problem: ValueProblem(value), index))
                .Where(each => each.Problem is not null)
                .Select(each => new Violation($"{path}/{each.index}", each.Problem!)),
        ];
    }

    private static string? ValueProblem(object? value) => value switch
    {
        string { Length: 0 } or not string => $"expected a string with characters, found {Found.Describe(value)}",
        string { Length: > Limits.FilterValueCharacters } text =>
            $"expected at most {Limits.FilterValueCharacters} characters, found {text.Length}",
        _ => null,
    };

    /// <summary>Characters of <c>"name":["a","b"]</c>, and of the comma before it.</summary>
    private static int CharactersOf(string name, IReadOnlyList<string> list, bool isFollowing) =>
        list.Count == 0
            ? 0
            : (isFollowing ? 1 : 0) + name.Length + 5 + list.Sum(value => Found.Quote(value).Length) + list.Count - 1;

    private static IReadOnlyList<string>? ListOf(EventFilter filter, string name) => name switch
    {
        "types" => filter.Types,
        "entities" => filter.Entities,
        "actions" => filter.Actions,
        "organizations" => filter.Organizations,
        _ => filter.Subjects,
    };

    private static EventFilter With(EventFilter filter, string name, IReadOnlyList<string> list) => name switch
    {
        "types" => filter with { Types = list },
        "entities" => filter with { Entities = list },
        "actions" => filter with { Actions = list },
        "organizations" => filter with { Organizations = list },
        _ => filter with { Subjects = list },
    };
}
