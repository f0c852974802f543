namespace Tidings.Client;

/// <summary>
/// A filter as the hub's query takes it, and what is left for the client to choose. A query separates the values of a list
/// by commas and has no way to escape one. Only a subject or an organisation of another hub can hold one; a list in which one
/// does is not asked for, but chosen from what comes.
/// </summary>
internal sealed class FilterQuery
{
    private readonly CompiledFilter? _chosen;

    public FilterQuery(EventFilter filter)
    {
        (string Name, IReadOnlyList<string>? Values)[] lists =
        [
            ("types", filter.Types),
            ("entities", filter.Entities),
            ("actions", filter.Actions),
            ("organizations", filter.Organizations),
            ("subjects", filter.Subjects),
        ];
        Parameters = [.. from list in lists
                         where list.Values is { Count: > 0 } values && IsSayable(values)
                         select (list.Name, string.Join(",", list.Values!))];
        if (lists.All(list => IsSayable(list.Values)))
        {
            return;
        }

        _chosen = CompiledFilter.Compile(new EventFilter
        {
            Types = Unsayable(filter.Types),
            Entities = Unsayable(filter.Entities),
            Actions = Unsayable(filter.Actions),
            Organizations = Unsayable(filter.Organizations),
            Subjects = Unsayable(filter.Subjects),
        });
    }

    public IReadOnlyList<(string Name, string Value)> Parameters { get; }

    /// <summary>Those of a page that the query could not ask for alone.</summary>
    public IReadOnlyList<RecordedEvent> Choose(IReadOnlyList<RecordedEvent> events) =>
        _chosen is null ? events : [.. events.Where(_chosen.Matches)];

    private static IReadOnlyList<string>? Unsayable(IReadOnlyList<string>? values) => IsSayable(values) ? null : values;

    private static bool IsSayable(IReadOnlyList<string>? values) =>
        values?.Any(value => value.Any(character => character == ',')) != true;
}
