using System.Threading.Channels;

namespace Tidings.Client.Tests.Tokens;

public sealed class KeptTokenTests
{
    [Fact]
    public async Task Is_asked_for_once_although_one_comes_meanwhile_that_nobody_waits_for()
    {
        var asked = Channel.CreateUnbounded<TaskCompletionSource<string>>();
        var tokens = new FakeTokens((_, _) =>
        {
            var answer = new TaskCompletionSource<string>();
            asked.Writer.TryWrite(answer);
            return new ValueTask<string>(answer.Task);
        });
        var kept = new KeptToken(tokens, [], new ManualTimeProvider(), TimeSpan.Zero, TimeSpan.FromHours(1));
        var slow = kept.GetAsync();
        var late = await asked.Reader.ReadAsync();
        kept.Forget(slow);
        var second = kept.GetAsync();
        var current = await asked.Reader.ReadAsync();
        late.SetResult("late");
        await slow;
        kept.Forget(slow);
        var third = kept.GetAsync();
        current.SetResult("current");
        Assert.Equal(["current", "current"], await Task.WhenAll(second, third));
        Assert.Equal("current", await kept.GetAsync());
        Assert.Equal(2, tokens.Asked.Count);
    }
}
