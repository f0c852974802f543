namespace Tidings.Client;

/// <summary>Who is told how asking for pages goes.</summary>
internal interface IPagingOwner
{
    /// <summary>Sends a frame, and returns the id of the request.</summary>
    string Send(ClientFrame frame);

    void Subscribed(HubFrame.Subscribed frame);

    /// <summary>A page was the last for now.</summary>
    void CaughtUp();

    /// <summary>A page was not the last.</summary>
    void More();

    void HeldUp(StatusReason reason, TimeSpan? retryIn = null);

    /// <summary>History was cut.</summary>
    void WasReset();

    /// <summary>The socket is of no use any more.</summary>
    void Ended(StatusReason reason);

    /// <summary>Trying again cannot help.</summary>
    void Refused(DeliveryException error);

    void Report(DeliveryException error);
}

/// <summary>
/// Subscribes a socket and asks for pages on it, one at a time: until there are no more, and then at every heartbeat.
/// </summary>
internal sealed class Paging(Wish wish, Intake intake, IPagingOwner owner, DeliverySurroundings surroundings)
{
    /// <summary>Questions that bring nothing, at once one after the other, before the next waits.</summary>
    private const int IdleRounds = 3;

    /// <summary>Hearts beat up to a fifth early, so that those that began together do not stay together.</summary>
    private const double HeartbeatJitter = 0.2;

    private readonly Timers<Timer> _timers = new(surroundings);
    private readonly Backoff _backoff = surroundings.CreateBackoff();
    private (string Id, Question Question)? _page;

    /// <summary>The next page must wait, for time to pass or for the handler.</summary>
    private bool _isWaiting;

    private bool _isStopped;
    private StartFrom _lastStart = StartFrom.Now;
    private int _idleRounds;
    private TimeSpan _heartbeat;

    private enum Timer
    {
        Answer,
        Next,
    }

    public bool IsSubscribed { get; private set; }

    /// <summary>Asks for the next page, unless one is under way or must wait. There will be an answer, or an end.</summary>
    public void Ask()
    {
        if (_isStopped || _page is not null || _isWaiting)
        {
            return;
        }

        if (!intake.HasRoom)
        {
            AskWhenDrained();
            owner.HeldUp(StatusReason.HandlerSlow);
            return;
        }

        var question = intake.Ask();
        _idleRounds = IsSame(question.Start, _lastStart) ? _idleRounds + 1 : 0;
        _lastStart = question.Start;
        _timers.Clear(Timer.Next);
        _timers.Set(Timer.Answer, surroundings.Timing.Answer, () => owner.Ended(StatusReason.HubSilent));
        ClientFrame frame = IsSubscribed
            ? new ClientFrame.Sync(question.Start)
            : new ClientFrame.Subscribe(wish, question.Start);
        _page = (owner.Send(frame), question);
    }

    /// <summary>Whether an answer is to the question that is open.</summary>
    public bool IsAnswer(string? id) => _page is { } page && string.Equals(id, page.Id, StringComparison.Ordinal);

    public void Subscribed(HubFrame.Subscribed frame)
    {
        IsSubscribed = true;
        _heartbeat = frame.Heartbeat;
        intake.Begin(frame);
        owner.Subscribed(frame);
        var isLiveOnly = wish.Subscription is null && (_page is not { } page || ReferenceEquals(page.Question.Start, StartFrom.Now));
        if (isLiveOnly)
        {
            Ended(!intake.IsPageDue, isMore: false);
        }
    }

    public void Synced(PageEnd end)
    {
        if (_page is not { } page)
        {
            return;
        }

        // If `subscribed` was lost on the way, so was the history that the page is of: subscribe again.
        var isCaughtUp = IsSubscribed && intake.Settle(end, page.Question);

        // Not every hub names the history of a page; the answer to `subscribe` does.
        if (intake.NeedsEpoch && end.Epoch is null)
        {
            IsSubscribed = false;
        }

        Ended(isCaughtUp, end.Through < end.Head);
    }

    public void Reset(HistoryCut cut)
    {
        if (_page is { } page && intake.Reset(cut, page.Question))
        {
            owner.WasReset();
        }

        Ended(isCaughtUp: false, isMore: true);
    }

    public void Refused(HubFrame.Error frame)
    {
        // An error without id comes from a function that broke before it had read the id.
        var isOurs = IsAnswer(frame.Id) || (frame.Id is null && _page is not null);
        if (isOurs)
        {
            Recover(frame);
        }
        else
        {
            owner.Report(Refusals.ErrorOf(frame));
        }
    }

    /// <summary>Asks for nothing more, also if the handler is waited for just now.</summary>
    public void Stop()
    {
        _timers.Stop();
        _isStopped = true;
    }

    private static bool IsSame(StartFrom one, StartFrom other) =>
        ReferenceEquals(one, other) || (one.After is not null && one.After == other.After);

    private void Recover(HubFrame.Error frame)
    {
        _page = null;
        _timers.Clear(Timer.Answer);
        switch (Refusals.RemedyFor(frame.Code))
        {
            case Remedy.Subscribe:
                IsSubscribed = false;
                Ask();
                break;
            case Remedy.Wait:
                var jitter = TimeSpan.FromSeconds(surroundings.Random());
                Wait((frame.RetryAfter ?? TimeSpan.FromSeconds(1)) + jitter, StatusReason.RateLimited);
                break;
            case Remedy.Resume:
                IsSubscribed = false;
                Wait(_backoff.Next(), StatusReason.SubscriptionPaused);
                break;
            case Remedy.NewToken:
                owner.Ended(StatusReason.TokenRefused);
                break;
            case Remedy.GiveUp:
                owner.Refused(Refusals.ErrorOf(frame));
                break;
            default:
                owner.Report(Refusals.ErrorOf(frame));
                Wait(_backoff.Next(), StatusReason.HubFailed);
                break;
        }
    }

    private void Ended(bool isCaughtUp, bool isMore)
    {
        _page = null;
        _timers.Clear(Timer.Answer);
        if (isCaughtUp)
        {
            _idleRounds = 0;
            _backoff.Reset();
            var early = 1 - (HeartbeatJitter * surroundings.Random());
            _timers.Set(Timer.Next, TimeSpan.FromTicks((long)(_heartbeat.Ticks * early)), Ask);
            owner.CaughtUp();
            return;
        }

        if (isMore)
        {
            owner.More();
        }

        if (_idleRounds >= IdleRounds)
        {
            Wait(_backoff.Next());
        }
        else
        {
            AskWhenDrained();
        }
    }

    private void Wait(TimeSpan wait, StatusReason? reason = null)
    {
        _isWaiting = true;
        _timers.Set(Timer.Next, wait, GoOn);
        if (reason is { } why)
        {
            owner.HeldUp(why, wait);
        }
    }

    private void AskWhenDrained()
    {
        _isWaiting = true;
        intake.WhenDrained(GoOn);
    }

    private void GoOn()
    {
        _isWaiting = false;
        Ask();
    }
}
