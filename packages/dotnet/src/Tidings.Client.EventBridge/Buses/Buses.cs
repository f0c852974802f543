using System.Text.Json;

namespace Tidings.Client;

/// <summary>
/// Which bus takes the events of a module. In place of a name there may always be an ARN, which it takes for the bus of
/// another account.
/// </summary>
public sealed class Buses
{
    /// <summary>The environment variable that names the buses, as JSON: <c>{"bank":"arn:aws:events:…"}</c>.</summary>
    public const string Variable = "TIDINGS_BUSES";

    private readonly Func<string, string?> _nameOf;

    private Buses(Func<string, string?> nameOf, string? region = null)
    {
        _nameOf = nameOf;
        Region = region;
    }

    /// <summary>The region of buses that are named by ARN; absent where the names say nothing of it.</summary>
    public string? Region { get; }

    /// <summary>The buses as an environment names its own: <c>dev</c> stands for <c>tidings-dev-&lt;module&gt;</c>.</summary>
    /// <param name="environment">Such as <c>dev</c>.</param>
    /// <exception cref="OptionsException">OPTIONS_INVALID: that is no name of an environment.</exception>
    public static Buses OfEnvironment(string environment)
    {
        var isName = environment is { Length: > 0 } && environment[0] != '-' && environment.All(IsOfName);
        return isName
            ? new Buses(module => $"tidings-{environment}-{module}")
            : throw Refuse("Expected the name of an environment, such as dev");
    }

    /// <summary>The buses by their names.</summary>
    /// <param name="names">Module → name or ARN, such as <c>bank</c> → <c>tidings-dev-bank</c>.</param>
    /// <exception cref="OptionsException">
    /// OPTIONS_INVALID: there are none, or they are in several regions; a request reaches the buses of one.
    /// </exception>
    public static Buses Named(IReadOnlyDictionary<string, string> names)
    {
        var kept = names.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        return kept.Count > 0
            ? new Buses(module => kept.TryGetValue(module, out var name) ? name : null, OneRegion(kept.Values))
            : throw Refuse("Expected the name of at least one bus, found none");
    }

    /// <summary>The buses by a function.</summary>
    /// <param name="nameOf">Name or ARN for a module, or nothing.</param>
    public static Buses By(Func<string, string?> nameOf) => new(nameOf);

    /// <summary>
    /// The buses as the variable <c>TIDINGS_BUSES</c> names them. <c>TidingsProducer</c> of <c>@tidings/constructs</c> sets it.
    /// </summary>
    /// <exception cref="OptionsException">OPTIONS_INVALID: the variable is not there, or is nothing of the kind.</exception>
    public static Buses FromVariable() => Parse(Environment.GetEnvironmentVariable(Variable));

    internal static Buses Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            throw Refuse($"Expected buses, or the variable {Variable} in the environment, found neither");
        }
        return Read(text!) is { Count: > 0 } names
            ? Named(names)
            : throw Refuse($"Expected {Variable} to be JSON such as {{\"bank\":\"tidings-dev-bank\"}}, found '{text}'");
    }

    /// <summary>The name of a module's bus.</summary>
    /// <returns>Nothing if there is none.</returns>
    internal string? NameOf(string module) => _nameOf(module) is { Length: > 0 } name ? name : null;

    private static Dictionary<string, string>? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() is not { Length: > 0 } name)
                {
                    return null;
                }
                names[member.Name] = name;
            }
            return names;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? OneRegion(IEnumerable<string> names)
    {
        // arn:<partition>:events:<region>:<account>:event-bus/<name>
        var regions = names.Select(name => (name ?? "").Split(':'))
            .Where(parts => parts.Length > 5 && parts[0] is "arn" && parts[2] is "events" && parts[3].Length > 0)
            .Select(parts => parts[3])
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return regions.Count <= 1
            ? regions.FirstOrDefault()
            : throw Refuse(
                $"Expected all buses in one region, found {string.Join(" and ", regions)}. Make a client for each region");
    }

    private static bool IsOfName(char character) =>
        character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-';

    private static OptionsException Refuse(string detail) => new(detail);
}
