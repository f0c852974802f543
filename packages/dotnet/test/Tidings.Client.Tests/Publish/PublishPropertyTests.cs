using System.Globalization;

namespace Tidings.Client.Tests.Publish;

/// <summary>Whatever becomes of requests: every event is told of once and truly.</summary>
public sealed class PublishPropertyTests : PublishTest
{
    private const int Runs = 80;

    private static readonly (string Code, int Status)[] Refusals =
    [
        ("BUS_UNAVAILABLE", 503), ("EVENT_DATA_INVALID", 422), ("RATE_LIMITED", 429), ("TENANT_MISMATCH", 403),
    ];

    private static readonly int[] Statuses = [400, 401, 403, 404, 413, 429, 500, 503];

    [Fact]
    public async Task Every_event_is_told_of_once_and_truly_nothing_accepted_is_sent_again_and_no_limit_is_passed()
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount & 0xffffff;
        for (var seed = first; seed < first + Runs; seed += 1)
        {
            try
            {
                await RunOnce(new Random(seed));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"With SEED={seed}: {exception.Message}", exception);
            }
        }
    }

    private async Task RunOnce(Random random)
    {
        var (confirmed, recorded) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var reactions = Enumerable.Range(0, random.Next(26)).Select(_ => ReactionOf(random, confirmed, recorded));
        var rest = Enumerable.Repeat<Reaction>(request => Take(request, confirmed, recorded), 400);
        var client = ClientOf(new FakeTokens(), null, random.NextDouble, [.. reactions.Concat(rest).Select(Checked)]);
        var events = EventsOf(random);
        var begun = Time.GetUtcNow();
        var result = await Run(client.PublishAsync(events));

        Assert.Equal(
            Enumerable.Range(0, events.Count),
            result.Accepted.Select(each => each.Index).Concat(result.Rejected.Select(each => each.Index)).Order());
        Assert.All(result.Accepted, each => Assert.Equal($"{each.Index}", each.Id));
        Assert.All(result.Rejected, each => Assert.Equal($"{each.Index}", each.Id));
        Assert.Equal(result.Accepted.OrderBy(each => each.Index), result.Accepted);
        Assert.All(result.Accepted, each => Assert.Contains(each.Id, confirmed));
        Assert.DoesNotContain(result.Rejected, each => confirmed.Contains(each.Id!));
        Assert.DoesNotContain(
            result.Rejected, each => each.Outcome == PublishOutcome.NotAccepted && recorded.Contains(each.Id!));
        Assert.InRange(Time.GetUtcNow() - begun, TimeSpan.Zero, PublishTiming.Default.Budget);

        Reaction Checked(Reaction react) => request =>
        {
            Assert.InRange(request.Events.Count, 1, Limits.BatchEvents);
            Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(request.Body), 1, Limits.BatchBytes);
            Assert.DoesNotContain(request.Ids, confirmed.Contains);
            var positions = request.Ids.Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(positions.Order(), positions);
            return react(request);
        };
    }

    private static Reaction ReactionOf(Random random, HashSet<string> confirmed, HashSet<string> recorded)
    {
        var (code, status) = Refusals[random.Next(Refusals.Length)];
        var every = random.Next(1, 6);
        var whole = Statuses[random.Next(Statuses.Length)];
        return random.Next(11) switch
        {
            0 or 1 or 2 or 3 => request => Take(request, confirmed, recorded),
            4 => request =>
            {
                var refused = Enumerable.Range(0, request.Events.Count).Where(index => index % every == 0).ToList();
                var taken = request.Ids.Where((_, index) => index % every != 0).ToList();
                recorded.UnionWith(taken);
                confirmed.UnionWith(taken);
                return ScriptedHub.Accept(request, [.. refused.Select(index => (index, status, code))]);
            },
            5 => _ => ScriptedHub.Problem(whole, "SOME_REASON"),
            6 => ScriptedHub.Down,
            7 => request =>
            {
                // The hub has taken the events, and nobody hears of it.
                recorded.UnionWith(request.Ids);
                throw new HttpRequestException("The connection was closed");
            },
            8 => request =>
            {
                recorded.UnionWith(request.Ids);
                return ScriptedHub.Answer(500 + (whole % 5), "Oh dear");
            },
            9 => ScriptedHub.Never,
            _ => _ => ScriptedHub.Answer(202, "ok"),
        };
    }

    private static HttpResponseMessage Take(SeenRequest request, HashSet<string> confirmed, HashSet<string> recorded)
    {
        recorded.UnionWith(request.Ids);
        confirmed.UnionWith(request.Ids);
        return ScriptedHub.Accept(request);
    }

    private static List<NewEvent> EventsOf(Random random)
    {
        var count = random.Next(4) == 0 ? random.Next(300) : random.Next(40);
        var isLarge = count < 40;
        return
        [
            .. Enumerable.Range(0, count).Select(index => index % 3 == 2
                ? CommunityEvent($"{index}")
                : BankEvent($"{index}", new string('x', isLarge ? random.Next(Limits.EventBytes + 1000) : random.Next(200)))),
        ];
    }
}
