namespace Tidings.Client;

/// <summary>Who has a socket whose token is renewed.</summary>
internal interface ITokenRenewalOwner
{
    void GetToken(Action<string> succeeded, Action failed);

    /// <summary>Sends a frame, and returns the id of the request.</summary>
    string Send(ClientFrame frame);

    void RenewalUnanswered();

    /// <summary>The hub does not take another token on this socket; the one it has goes on until it ends.</summary>
    void RenewalRefused();
}

/// <summary>Gives a socket a new token before its own ends.</summary>
internal sealed class TokenRenewal(ITokenRenewalOwner owner, DeliverySurroundings surroundings)
{
    private readonly Timers<Timer> _timers = new(surroundings);
    private readonly Backoff _backoff = surroundings.CreateBackoff();
    private string? _request;
    private bool _isStopped;

    private enum Timer
    {
        Due,
        Answer,
    }

    /// <summary>Begins to watch a token. One that does not say when it ends is not renewed.</summary>
    public void Begin(string token)
    {
        if (TokenExpiry.EndOf(token) is { } end)
        {
            Plan(end);
        }
    }

    /// <summary>Returns whether the answer was to us.</summary>
    public bool Renewed(HubFrame.Renewed frame)
    {
        if (!IsAnswer(frame.Id))
        {
            return false;
        }

        Plan(frame.Expires);
        return true;
    }

    /// <summary>Returns whether the error was for us.</summary>
    public bool Refused(HubFrame.Error frame)
    {
        if (!IsAnswer(frame.Id))
        {
            return false;
        }

        owner.RenewalRefused();
        return true;
    }

    public void Stop()
    {
        _isStopped = true;
        _timers.Stop();
    }

    private bool IsAnswer(string? id)
    {
        if (id is null || !string.Equals(id, _request, StringComparison.Ordinal))
        {
            return false;
        }

        _request = null;
        _timers.Clear(Timer.Answer);
        return true;
    }

    private void Plan(DateTimeOffset end)
    {
        var timing = surroundings.Timing;
        var remaining = end - surroundings.Time.GetUtcNow();

        // A token that has ended already as it comes: old, or our clock is ahead. Either way, not too often.
        var hasTime = remaining > timing.BackoffBase;
        if (hasTime)
        {
            _backoff.Reset();
        }

        var wait = hasTime
            ? TokenExpiry.RenewalIn(remaining, timing.TokenMargin, surroundings.Random())
            : WaitAfterFailure();
        _timers.Set(Timer.Due, wait, Renew);
    }

    private TimeSpan WaitAfterFailure() => surroundings.Timing.BackoffBase + _backoff.Next();

    private void Renew() => owner.GetToken(
        token =>
        {
            if (!_isStopped)
            {
                _request = owner.Send(new ClientFrame.RenewToken(token));
                _timers.Set(Timer.Answer, surroundings.Timing.Answer, owner.RenewalUnanswered);
            }
        },
        () => _timers.Set(Timer.Due, WaitAfterFailure(), Renew));
}
