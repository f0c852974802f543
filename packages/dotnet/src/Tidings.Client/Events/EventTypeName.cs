using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tidings.Client;

/// <summary>The parts of an event type such as <c>bank.transaction:created@v1</c>.</summary>
/// <param name="Module"><c>bank</c>: names the bus and the scope.</param>
/// <param name="Entity"><c>transaction</c>, or <c>transaction.line</c> where there is a part below.</param>
/// <param name="Action"><c>created</c>.</param>
/// <param name="Version"><c>1</c>.</param>
public sealed record EventTypeName(string Module, string Entity, string Action, int Version)
{
    internal const string Grammar =
        "<module>.<entity>[.<sub>]:<action>@v<N> in lower case, such as bank.transaction:created@v1";

    private const int VersionDigits = 6;

    /// <summary>The parts of a type, if it follows the grammar.</summary>
    /// <param name="type">A type, or anything else.</param>
    /// <param name="name">The parts; null if it breaks the grammar.</param>
    public static bool TryParse([NotNullWhen(true)] string? type, [NotNullWhen(true)] out EventTypeName? name)
    {
        name = null;
        if (type is null || type.Length > Limits.TypeCharacters)
        {
            return false;
        }

        var at = 0;
        if (!TakeWord(type, ref at) || !Take(type, '.', ref at))
        {
            return false;
        }

        var module = type.Substring(0, at - 1);
        var entityAt = at;
        if (!TakeWord(type, ref at) || (Take(type, '.', ref at) && !TakeWord(type, ref at)))
        {
            return false;
        }

        var entity = type.Substring(entityAt, at - entityAt);
        var actionAt = at + 1;
        if (!Take(type, ':', ref at) || !TakeWord(type, ref at))
        {
            return false;
        }

        var action = type.Substring(actionAt, at - actionAt);
        if (!Take(type, '@', ref at) || !Take(type, 'v', ref at) || !TryVersion(type, at, out var version))
        {
            return false;
        }

        name = new EventTypeName(module, entity, action, version);
        return true;
    }

    /// <summary>The type that the parts make.</summary>
    public override string ToString() =>
        $"{Module}.{Entity}:{Action}@v{Version.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Why a value is no event type; null if it is one.</summary>
    internal static string? Problem(object? value) =>
        TryParse(value as string, out _) ? null : $"expected {Grammar}, found {Found.Describe(value)}";

    private static bool Take(string type, char wanted, ref int at)
    {
        if (at >= type.Length || type[at] != wanted)
        {
            return false;
        }

        at++;
        return true;
    }

    private static bool TakeWord(string type, ref int at)
    {
        if (at >= type.Length || type[at] is < 'a' or > 'z')
        {
            return false;
        }

        do
        {
            at++;
        }
        while (at < type.Length && type[at] is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

        return true;
    }

    private static bool TryVersion(string type, int at, out int version)
    {
        version = 0;
        if (type.Length - at is 0 or > VersionDigits || type[at] == '0')
        {
            return false;
        }

        for (var i = at; i < type.Length; i++)
        {
            if (type[i] is < '0' or > '9')
            {
                return false;
            }

            version = (version * 10) + (type[i] - '0');
        }

        return true;
    }
}
