using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>
/// What a hub refuses in JSON whatever it says: it refuses the body as a whole, so what is wrong with one event must not
/// reach a batch. Same rules as <c>packages/contracts/src/json-document.ts</c> and <c>unfit-characters.ts</c>.
/// </summary>
internal static class JsonRules
{
    private const string Unfit = "expected no U+FFFE or U+FFFF, which are no characters; found one";

    /// <summary>The first thing that is wrong with a document; null if nothing is.</summary>
    /// <param name="json">JSON that a <see cref="Utf8JsonWriter"/> has written: its syntax is right.</param>
    public static TidingsProblem? Check(ReadOnlySpan<byte> json)
    {
        // Deeper than anything that the writer writes, so that what is too deep is found here, with its place.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 2048 });
        var place = new Place();
        while (reader.Read())
        {
            var problem = reader.TokenType switch
            {
                JsonTokenType.StartObject or JsonTokenType.StartArray => place.Enter(reader.TokenType, reader.CurrentDepth),
                JsonTokenType.EndObject or JsonTokenType.EndArray => place.Leave(),
                JsonTokenType.PropertyName => CheckKey(ref reader, place),
                JsonTokenType.Number => CheckNumber(ref reader, place),
                JsonTokenType.String => CheckString(ref reader, place),
                _ => place.Pass(),
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static TidingsProblem? CheckKey(ref Utf8JsonReader reader, Place place)
    {
        var key = reader.GetString()!;
        if (HasUnfit(key))
        {
            return Malformed(place.Container, $"{Unfit} in a key");
        }

        place.Key = key;
        if (!string.Equals(key, "__proto__", StringComparison.Ordinal))
        {
            return null;
        }

        return new(HubCodes.JsonKeyRefused, $"The key \"__proto__\" is refused, found at {place}")
        {
            Errors = [new(place.ToString(), "expected no key named \"__proto__\"")],
        };
    }

    private static TidingsProblem? CheckNumber(ref Utf8JsonReader reader, Place place)
    {
        if (IsExact(ref reader, out var nearest))
        {
            return place.Pass();
        }

        var message = $"expected a number that a double can hold, or a string; found one near {nearest}";
        return new(HubCodes.JsonNumberRefused, $"A number cannot be kept exactly: {place} {message}")
        {
            Errors = [new(place.ToString(), message)],
        };
    }

    /// <summary>Whether a reader with doubles writes an integer again as it was. Source: RFC 7493 (I-JSON), section 2.2.</summary>
    private static bool IsExact(ref Utf8JsonReader reader, out string nearest)
    {
        nearest = string.Empty;
        var digits = reader.ValueSpan;
        var isInteger = digits.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0;
        if (isInteger && digits.Length <= 15)
        {
            return true;
        }

        // .NET Framework has no infinity for numbers beyond all bounds: it fails to parse them.
        var isDouble = reader.TryGetDouble(out var number) && !double.IsInfinity(number);
        nearest = isDouble ? Found.Number(number) : "Infinity";
        return isDouble && (!isInteger || string.Equals(nearest, AsciiText(digits), StringComparison.Ordinal));
    }

    private static TidingsProblem? CheckString(ref Utf8JsonReader reader, Place place)
    {
        // Both begin with this byte in UTF-8, and nearly no text has it.
        var mayBeUnfit = reader.ValueIsEscaped || reader.ValueSpan.IndexOf((byte)0xEF) >= 0;
        return mayBeUnfit && HasUnfit(reader.GetString()!) ? Malformed(place.ToString(), Unfit) : place.Pass();
    }

    private static bool HasUnfit(string text) => text.IndexOfAny(['\uFFFE', '\uFFFF']) >= 0;

    private static TidingsProblem Malformed(string path, string message) =>
        new(HubCodes.EventMalformed, $"The event cannot pass a queue: {path} {message}") { Errors = [new(path, message)] };

    private static string AsciiText(ReadOnlySpan<byte> ascii) => Encoding.ASCII.GetString(ascii.ToArray());

    /// <summary>Where in a document a reader stands.</summary>
    private sealed class Place
    {
        private readonly Stack<(string? Key, int Index)> _open = new();
        private string? _key;
        private int _index = -1;

        public string Key
        {
            set => _key = value;
        }

        public string Container => string.Concat(_open.Reverse().Skip(1).Select(Token));

        public TidingsProblem? Enter(JsonTokenType token, int depth)
        {
            if (depth >= Limits.JsonDepth)
            {
                var message = $"expected at most {Limits.JsonDepth} levels of nesting, found more";
                return new(HubCodes.JsonTooDeep, $"The document is nested too deeply: {message}")
                {
                    Errors = [new(Container, message)],
                };
            }

            _open.Push((_key, _index));
            _key = null;
            _index = token == JsonTokenType.StartArray ? 0 : -1;
            return null;
        }

        public TidingsProblem? Leave()
        {
            (_key, _index) = _open.Pop();
            return Pass();
        }

        /// <summary>A value is read: the next one of an array has the next index.</summary>
        public TidingsProblem? Pass()
        {
            _index += _index >= 0 ? 1 : 0;
            return null;
        }

        public override string ToString() => Container + Token((_key, _index));

        private static string Token((string? Key, int Index) at) =>
            "/" + (at.Index >= 0 ? at.Index.ToString(CultureInfo.InvariantCulture) : JsonPointer.Escape(at.Key ?? string.Empty));
    }
}
