namespace Tidings.Client;

/// <summary>Media types of an event's data.</summary>
internal static class MediaType
{
    private const string Application = "application/";

    /// <summary>
    /// Whether it is <c>application/json</c> or <c>application/…+json</c>, with parameters or without.
    /// Source: RFC 6839, section 3.1.
    /// </summary>
    public static bool IsJson(string text)
    {
        var semicolon = text.AsSpan().IndexOf(';');
        if (semicolon >= 0 && text.IndexOfAny(['\n', '\r', '\u2028', '\u2029'], semicolon) >= 0)
        {
            return false;
        }

        var media = (semicolon < 0 ? text : text.Substring(0, semicolon)).TrimEnd();
        if (!media.StartsWith(Application, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var subtype = media.Substring(Application.Length);
        if (string.Equals(subtype, "json", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var prefix = subtype.Length - "+json".Length;
        return prefix > 0
            && subtype.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            && subtype.Take(prefix).All(IsTokenCharacter);
    }

    private static bool IsTokenCharacter(char character) =>
        character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9')
            or '!' or '#' or '$' or '&' or '^' or '_' or '.' or '-';
}
