namespace Tidings.Client;

/// <summary>
/// Asks the user for tokens; one that takes too long has failed, and changes nothing if it comes all the same.
/// </summary>
/// <param name="source">The user's.</param>
/// <param name="scopes">What tokens must allow.</param>
/// <param name="report">Told of each failure.</param>
/// <param name="surroundings">Time, and the mailbox in which all is called.</param>
internal sealed class TokenDesk(
    ITokenSource source,
    IReadOnlyList<string> scopes,
    Action<DeliveryException> report,
    DeliverySurroundings surroundings)
{
    /// <summary>One for each token that has been asked for and not come.</summary>
    private readonly HashSet<Timers<Timer>> _patience = [];

    private bool _isStopped;

    private enum Timer
    {
        Token,
    }

    public void Ask(TokenReason reason, Action<string> succeeded, Action failed)
    {
        var isOver = false;
        var patience = new Timers<Timer>(surroundings);
        _patience.Add(patience);
        patience.Set(Timer.Token, surroundings.Timing.Attempt, () => Fail(new TimeoutException(
            $"Nothing came within {surroundings.Timing.Attempt.TotalSeconds} s")));
        surroundings.Mailbox.Await(
            () => source.GetTokenAsync(new TokenRequest(reason, scopes), surroundings.Ended),
            token =>
            {
                if (TokenExpiry.IsSendable(token))
                {
                    End(() => succeeded(token));
                }
                else
                {
                    Fail(new InvalidOperationException("Expected a token of visible ASCII characters, found none"));
                }
            },
            Fail);

        void Fail(Exception cause) => End(() =>
        {
            var problem = new TidingsProblem(
                ErrorCodes.TokenFailed, $"The token source gave no token: {FailureText.Of(cause)}") { IsRetryable = true };
            report(new DeliveryException(problem, cause));
            if (!_isStopped)
            {
                failed();
            }
        });

        void End(Action act)
        {
            if (isOver || _isStopped)
            {
                return;
            }

            isOver = true;
            _patience.Remove(patience);
            patience.Stop();
            act();
        }
    }

    public void Stop()
    {
        _isStopped = true;
        foreach (var patience in _patience)
        {
            patience.Stop();
        }

        _patience.Clear();
    }
}
