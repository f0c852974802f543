using System.Text;

namespace Tidings.Client;

/// <summary>Places in JSON as the serializer names them: <c>$.lines[0].amount</c>, <c>$['a b']</c>.</summary>
internal static class JsonPath
{
    /// <summary>The same place as a JSON pointer (RFC 6901): <c>/lines/0/amount</c>.</summary>
    public static string ToPointer(string? path)
    {
        var pointer = new StringBuilder();
        var rest = path is { Length: > 0 } && path[0] == '$' ? path.Substring(1) : "";
        while (rest.Length > 0)
        {
            var isQuoted = rest.StartsWith("['", StringComparison.Ordinal);
            var end = isQuoted
                ? EndOf(rest, "']")
                : rest[0] == '[' ? EndOf(rest, "]") : EndOfName(rest);
            var skipped = isQuoted ? 2 : 1;
            var closing = isQuoted ? 2 : rest[0] == '[' ? 1 : 0;
            var length = Math.Max(0, end - skipped - closing);
            pointer.Append('/').Append(Escape(rest.Substring(skipped, Math.Min(length, rest.Length - skipped))));
            rest = rest.Substring(end);
        }

        return pointer.ToString();
    }

    private static int EndOf(string rest, string closing)
    {
        var at = rest.IndexOf(closing, 1, StringComparison.Ordinal);
        return at < 0 ? rest.Length : at + closing.Length;
    }

    private static int EndOfName(string rest)
    {
        var at = rest.IndexOfAny(['.', '['], 1);
        return at < 0 ? rest.Length : at;
    }

    private static StringBuilder Escape(string token) =>
        new StringBuilder(token).Replace("~", "~0").Replace("/", "~1");
}
