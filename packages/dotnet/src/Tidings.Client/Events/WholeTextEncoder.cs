using System.Text;
using System.Text.Encodings.Web;

namespace Tidings.Client;

/// <summary>
/// Leaves text as it is, because escapes would take three times the bytes of what is not English; and refuses half of a
/// character (a lone surrogate), for which the writer of .NET puts U+FFFD silently.
/// </summary>
internal sealed class WholeTextEncoder : JavaScriptEncoder
{
    private static readonly JavaScriptEncoder Relaxed = UnsafeRelaxedJsonEscaping;

    public static WholeTextEncoder Instance { get; } = new();

    public override int MaxOutputCharactersPerInputCharacter => Relaxed.MaxOutputCharactersPerInputCharacter;

    public override bool WillEncode(int unicodeScalar) => Relaxed.WillEncode(unicodeScalar);

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        Relaxed.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);

    /// <summary>The writer asks it first, of each text that it is given.</summary>
    /// <exception cref="EncoderFallbackException">There is half of a character.</exception>
    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var i = 0; i < textLength; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == textLength || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                throw new EncoderFallbackException();
            }

            i++;
        }

        return Relaxed.FindFirstCharacterToEncode(text, textLength);
    }
}
