using System.Globalization;

namespace Tidings.Client;

/// <summary>
/// Identifiers are opaque: 1 to 256 characters, of any kind but comma (lists are separated by it), white space and
/// control characters. A lone surrogate is refused because UTF-8 has no form for it: two ids could become one.
/// </summary>
internal static class Identifier
{
    /// <summary>Why a value is no identifier; null if it is one.</summary>
    public static string? Problem(object? value)
    {
        if (value is not string text)
        {
            return $"expected a string, found {Found.Describe(value)}";
        }

        if (text.Length == 0)
        {
            return "expected an identifier, found an empty string";
        }

        if (CodePoints(text) is > Limits.IdentifierCharacters and var characters)
        {
            return $"expected at most {Limits.IdentifierCharacters} characters, found {characters}";
        }

        if (!IsWellFormed(text))
        {
            return "expected well-formed Unicode, found a lone surrogate";
        }

        foreach (var character in text)
        {
            if (character == ',' || IsWhiteSpace(character) || char.IsControl(character))
            {
                return $"expected no comma, white space or control character, found {Name(character)} in {Found.Describe(text)}";
            }
        }

        return null;
    }

    /// <summary>Whether every surrogate has its other half.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }

    private static int CodePoints(string text)
    {
        var count = text.Length;
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i], text[i + 1]))
            {
                count--;
                i++;
            }
        }

        return count;
    }

    /// <summary>White space as the hub has it: ECMAScript counts the byte order mark, which Unicode does not.</summary>
    private static bool IsWhiteSpace(char character) => character == '\uFEFF' || char.IsWhiteSpace(character);

    private static string Name(char character) =>
        character == ',' ? "a comma" : string.Format(CultureInfo.InvariantCulture, "U+{0:X4}", (int)character);
}
