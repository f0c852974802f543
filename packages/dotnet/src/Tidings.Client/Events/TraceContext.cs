using System.Diagnostics;

namespace Tidings.Client;

/// <summary>W3C Trace Context as attributes of an event. Source: CloudEvents "distributed tracing" extension.</summary>
internal static class TraceContext
{
    /// <summary>Whether a text is a <c>traceparent</c>, also one of a later version.</summary>
    public static bool IsParent(string text) =>
        text.Length >= 55
        && IsHex(text, 0, 2) && text[2] == '-' && IsHex(text, 3, 32) && text[35] == '-'
        && IsHex(text, 36, 16) && text[52] == '-' && IsHex(text, 53, 2)
        && (text.Length == 55 || (text[55] == '-' && text.IndexOfAny(['\n', '\r', '\u2028', '\u2029']) < 0));

    /// <summary>The attributes of an activity; both null without one, or where it has other ids. Never fails.</summary>
    public static (string? Parent, string? State) Of(Activity? activity)
    {
        if (activity is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } || !IsParent(id))
        {
            return (null, null);
        }

        var state = activity.TraceStateString;
        var isKept = state is { Length: > 0 and <= Limits.TraceStateCharacters }
            && state.All(character => character is >= ' ' and <= '~');
        return (id, isKept ? state : null);
    }

    private static bool IsHex(string text, int at, int length)
    {
        for (var i = at; i < at + length; i++)
        {
            if (text[i] is not ((>= '0' and <= '9') or (>= 'a' and <= 'f')))
            {
                return false;
            }
        }

        return true;
    }
}
