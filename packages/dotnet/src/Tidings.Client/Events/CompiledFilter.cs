namespace Tidings.Client;

/// <summary>A filter made ready for many events.</summary>
internal sealed class CompiledFilter
{
    private readonly EventPattern[]? _types;
    private readonly HashSet<string>? _entities;
    private readonly HashSet<string>? _actions;
    private readonly HashSet<string>? _organizations;
    private readonly HashSet<string>? _subjects;

    private CompiledFilter(EventFilter filter)
    {
        _types = filter.Types is { Count: > 0 } types ? [.. types.Select(EventPattern.Compile)] : null;
        _entities = AsSet(filter.Entities);
        _actions = AsSet(filter.Actions);
        _organizations = AsSet(filter.Organizations);
        _subjects = AsSet(filter.Subjects);
    }

    public static CompiledFilter Compile(EventFilter filter) => new(filter);

    public bool Matches(RecordedEvent recorded) => Matches(recorded.Type, recorded.Subject, recorded.OrganizationIds);

    public bool Matches(string type, string? subject, IReadOnlyList<string>? organizations)
    {
        if (_types is not null && !Array.Exists(_types, pattern => pattern.Matches(type)))
        {
            return false;
        }

        if (_organizations is not null && organizations?.Any(_organizations.Contains) != true)
        {
            return false;
        }

        if (_subjects is not null && (subject is null || !_subjects.Contains(subject)))
        {
            return false;
        }

        if (_entities is null && _actions is null)
        {
            return true;
        }

        return EventTypeName.TryParse(type, out var parts)
            && _entities?.Contains(parts.Entity) != false
            && _actions?.Contains(parts.Action) != false;
    }

    private static HashSet<string>? AsSet(IReadOnlyList<string>? list) =>
        list is { Count: > 0 } ? new HashSet<string>(list, StringComparer.Ordinal) : null;
}
