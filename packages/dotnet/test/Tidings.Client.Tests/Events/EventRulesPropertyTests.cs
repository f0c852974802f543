using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Tidings.Client.Tests.Events;

public sealed class EventRulesPropertyTests
{
    private static readonly ManualTimeProvider Time = new();

    [Fact]
    public void A_pattern_matches_what_an_oracle_that_tries_everything_matches() =>
        Check(
            from pattern in TextOf("ab.**")
            from type in TextOf("ab.")
            select (pattern, type),
            pair => EventPattern.Compile(pair.pattern).Matches(pair.type) == Oracle(pair.pattern, pair.type));

    [Fact]
    public void A_type_is_parsed_into_the_parts_that_it_was_put_together_from()
    {
        var word = from first in Gen.Elements("abcxyz".ToCharArray())
                   from rest in TextOf("abz09-")
                   select first + rest;
        Check(
            from module in word
            from entity in word
            from sub in Gen.OneOf(word.Select(part => "." + part), Gen.Constant(string.Empty))
            from action in word
            from version in Gen.Choose(1, 999_999)
            select new EventTypeName(module, entity + sub, action, version),
            name => EventTypeName.TryParse(name.ToString(), out var parsed) && parsed == name);
    }

    [Fact]
    public void An_identifier_is_any_text_without_commas_white_space_controls_and_halves_of_characters() =>
        Check(
            TextOf("aZ9#;:@/|%\"\\,\t \u0000\u007f\u0085\u00a0\u2028\ufeff\ud83e\udd8aø"),
            text => Identifier.Problem(text) is null == IsIdentifier(text));

    [Fact]
    public void A_time_that_was_written_is_read_as_the_same()
    {
        var ticks = Gen.Choose(0, int.MaxValue).Select(days => (days % 3_652_058L * TimeSpan.TicksPerDay) + (days * 7L));
        Check(
            from utc in ticks
            from minutes in Gen.Choose(-840, 840)
            let time = new DateTimeOffset(utc, TimeSpan.Zero)
            where utc > TimeSpan.TicksPerDay
            select time.ToOffset(TimeSpan.FromMinutes(minutes)),
            time => Rfc3339.TryParse(Rfc3339.Format(time), out var read) && read == time
                && Rfc3339.TryParse(time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffzzz", System.Globalization.CultureInfo.InvariantCulture), out var exact)
                && exact.EqualsExact(time));
    }

    [Fact]
    public void A_quoted_text_is_read_as_the_same() =>
        Check(
            TextOf("aZ\"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028ø\ud83e\udd8a"),
            text => string.Equals(JsonText.StringOf(JsonDocument.Parse(Found.Quote(text)).RootElement), text, StringComparison.Ordinal));

    [Fact]
    public void An_event_with_any_audience_is_refused_or_reads_back_as_it_was_said()
    {
        var lists = TextOf("ab;,\u0000 ").ListOf().Select(list => (IReadOnlyList<string>)list);
        Check(
            lists,
            list =>
            {
                var given = NewEvent.FromJson(EventTypes.BankTestCreatedV1, "acme", JsonDocument.Parse("1").RootElement) with { UserIds = list };
                try
                {
                    var json = EventWriter.Prepare(given, Time).Json;
                    var written = JsonDocument.Parse(json).RootElement.GetProperty("userids").GetString()!;
                    return written.Split(',').SequenceEqual(list, StringComparer.Ordinal);
                }
                catch (PublishException refusal)
                {
                    return refusal.Code == HubCodes.EventMalformed && (list.Count == 0 || !list.All(IsIdentifier));
                }
            });
    }

    /// <summary>What a pattern means, in the plainest words: every way of giving the star a run of characters is tried.</summary>
    private static bool Oracle(string pattern, string type)
    {
        if (pattern == "*")
        {
            return true;
        }

        if (pattern.Length == 0)
        {
            return type.Length == 0;
        }

        return pattern[0] == '*'
            ? Oracle(pattern[1..], type, isLone: false) || (type.Length > 0 && type[0] != '.' && Oracle(pattern, type[1..], isLone: false))
            : type.Length > 0 && type[0] == pattern[0] && Oracle(pattern[1..], type[1..], isLone: false);
    }

    /// <summary>Within a pattern, a star that is left over stands for no dot.</summary>
    private static bool Oracle(string pattern, string type, bool isLone) =>
        pattern == "*" && !isLone ? !type.Contains('.', StringComparison.Ordinal) : Oracle(pattern, type);

    private static bool IsIdentifier(string text) =>
        text.Length > 0
        && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text
        && text.EnumerateRunes().Count() <= 256
        && text.EnumerateRunes().All(rune =>
            rune.Value is not (',' or 0xFEFF) && !System.Text.Rune.IsWhiteSpace(rune) && !System.Text.Rune.IsControl(rune));

    private static Gen<string> TextOf(string characters) =>
        Gen.Choose(0, 12).SelectMany(length =>
            Gen.Elements(characters.ToCharArray()).ArrayOf(length).Select(chosen => new string(chosen)));

    private static void Check<T>(Gen<T> cases, Func<T, bool> holds) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(cases.ToArbitrary(), holds));
}
