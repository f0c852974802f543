namespace Tidings.Client.Tests.Delivery;

/// <summary>What the shared vectors do not reach: how much is remembered, and when a page is due.</summary>
public sealed class DeliveryRuleTests
{
    [Fact]
    public void Moves_with_a_frame_that_follows_on_event_by_event_and_past_what_was_not_for_us()
    {
        var rule = Rule(After(10));
        Assert.Equal([(12, 12), (14, 14)], DueOf(rule.Take(Recorded.Frame(9, 15, [9, 12, 14]))));
        Assert.Equal(After(15).After, rule.Cursor);
        Assert.False(rule.IsPageDue);
    }

    [Fact]
    public void Stays_below_a_gap_remembers_what_is_above_and_joins_both_when_it_is_filled()
    {
        var rule = Rule(After(10));
        Assert.Equal([(15, null), (17, null)], DueOf(rule.Take(Recorded.Frame(15, 17, [15, 17]))));
        Assert.Empty(rule.Take(Recorded.Frame(15, 17, [15, 17])));
        Assert.Equal(After(10).After, rule.Cursor);
        Assert.Equal([(11, 11)], DueOf(rule.Take(Recorded.Frame(11, 15, [11, 15]))));
        Assert.Equal(After(17).After, rule.Cursor);
    }

    [Fact]
    public void Asks_for_a_page_at_once_for_a_gap_if_strict_and_holds_what_comes_after_it()
    {
        var rule = Rule(After(10), isStrict: true);
        Assert.Empty(rule.Take(Recorded.Frame(15, 17, [15, 17])));
        Assert.True(rule.IsPageDue);
        var question = rule.Ask();
        Assert.Equal(After(10).After, question.Start.After);
        Assert.Equal(
            [(12, 12), (15, 15), (17, 17)],
            DueOf(rule.Take(Recorded.Frame(11, 14, [12], isReplay: true))));
        Assert.True(rule.Settle(new PageEnd(14, 14), question).IsCaughtUp);
    }

    [Fact]
    public void Drops_what_it_cannot_remember_and_has_it_brought_again()
    {
        var rule = Rule(After(0), limits: new DeliveryLimits(Ranges: 2, Held: 0));
        rule.Take(Recorded.Frame(10, 10, [10]));
        rule.Take(Recorded.Frame(20, 20, [20]));
        Assert.False(rule.IsPageDue);
        Assert.Empty(rule.Take(Recorded.Frame(30, 30, [30])));
        Assert.True(rule.IsPageDue);
        Assert.Equal([(21, null)], DueOf(rule.Take(Recorded.Frame(21, 21, [21]))));
    }

    [Fact]
    public void Takes_no_page_for_empty_whose_events_were_lost_if_the_hub_says_that_there_were_some()
    {
        var rule = Rule(After(10));
        Assert.False(rule.Settle(new PageEnd(15, 15, Events: 3), rule.Ask()).IsCaughtUp);
        Assert.Equal(After(10).After, rule.Cursor);
        Assert.True(rule.Settle(new PageEnd(15, 15, Events: 0), rule.Ask()).IsCaughtUp);
        Assert.Equal(After(15).After, rule.Cursor);
    }

    [Fact]
    public void Forgets_what_it_has_seen_with_the_history_that_it_was_of()
    {
        var rule = Rule(After(10));
        rule.Take(Recorded.Frame(15, 17, [15, 17]));
        var question = rule.Ask();
        Assert.True(rule.Reset(new HistoryCut(ResetReason.Epoch, "e2", 3, 17), question));
        Assert.Equal(new Cursor("e2", 2), rule.Cursor);
        Assert.Equal([(3, 3), (15, 15)], DueOf(rule.Take(Recorded.Frame(3, 17, [3, 15]))));
        Assert.False(rule.Settle(new PageEnd(40, 40), question).IsCaughtUp);
        Assert.False(rule.Reset(new HistoryCut(ResetReason.Epoch, "e2", 3, 17), question));
        Assert.Equal(new Cursor("e2", 17), rule.Cursor);
    }

    [Fact]
    public void Repeats_nothing_if_only_the_beginning_was_cut_and_says_nothing_if_that_had_come()
    {
        var rule = Rule(After(10));
        rule.Take(Recorded.Frame(15, 17, [15, 17]));
        Assert.True(rule.Reset(new HistoryCut(ResetReason.Retention, "e1", 14, 17), rule.Ask()));
        Assert.Empty(rule.Take(Recorded.Frame(14, 17, [15, 17], isReplay: true)));
        Assert.False(rule.Reset(new HistoryCut(ResetReason.Retention, "e1", 18, 17), rule.Ask()));
        Assert.Equal(After(17).After, rule.Cursor);
    }

    [Fact]
    public void Takes_no_number_of_another_history_before_it_has_been_told_of_it()
    {
        var rule = Rule(After(10));
        rule.Begin("e2", 30, cursor: null);
        Assert.Empty(rule.Take(Recorded.Frame(11, 12, [11, 12])));
        Assert.Equal(After(10).After, rule.Cursor);
        rule.Begin("e1", 30, cursor: null);
        Assert.Equal([(11, 11)], DueOf(rule.Take(Recorded.Frame(11, 12, [11]))));
    }

    [Fact]
    public void Learns_from_a_page_which_history_it_is_of_if_it_knows_of_none_with_every_number_that_it_has_seen()
    {
        var rule = Rule(After(0, ""));
        Assert.True(rule.Settle(new PageEnd(0, 0, Epoch: ""), rule.Ask()).IsCaughtUp);
        rule.Take(Recorded.Frame(1, 2, [1, 2]));
        Assert.Equal((new Cursor("", 0), true), (rule.Cursor, rule.IsPageDue));
        Assert.True(rule.Settle(new PageEnd(3, 3, Epoch: "e1"), rule.Ask()).IsCaughtUp);
        Assert.Equal((new Cursor("e1", 3), false), (rule.Cursor, rule.IsPageDue));
    }

    [Fact]
    public void Delivers_after_the_answer_to_subscribe_what_was_held_before_it_and_drops_what_was_before_the_beginning()
    {
        var rule = Rule(StartFrom.Now);
        Assert.Empty(rule.Take(Recorded.Frame(5, 7, [5, 7])));
        Assert.Null(rule.Cursor);
        Assert.Empty(rule.Take(Recorded.Frame(9, 10, [9])));
        Assert.Equal([(7, 7), (9, null)], DueOf(rule.Begin("e1", 6, cursor: null)));
        Assert.Equal(After(7).After, rule.Cursor);
    }

    [Fact]
    public void Is_not_caught_up_by_a_page_that_was_asked_for_before_something_was_dropped()
    {
        var rule = Rule(After(10), isStrict: true, new DeliveryLimits(Ranges: 0, Held: 0));
        var question = rule.Ask();
        rule.Take(Recorded.Frame(15, 17, [15, 17]));
        Assert.True(rule.IsPageDue);
        Assert.False(rule.Settle(new PageEnd(14, 14), question).IsCaughtUp);
        Assert.True(rule.Settle(new PageEnd(17, 17), rule.Ask()).IsCaughtUp);
    }

    private static DeliveryRule Rule(StartFrom start, bool isStrict = false, DeliveryLimits? limits = null) =>
        new(start, isStrict, limits);

    private static StartFrom After(long sequence, string epoch = "e1") => StartFrom.Cursor(new Cursor(epoch, sequence));

    private static IEnumerable<(long Sequence, long? Cursor)> DueOf(IEnumerable<Due> due) =>
        due.Select(one => (one.Event.Sequence, one.Cursor?.Sequence));
}
