namespace Tidings.Client;

/// <summary>Who has a succession of links, and hears what they bring about.</summary>
internal interface ISuccessionOwner
{
    void Report(DeliveryException error);

    /// <summary>The hub refuses for good.</summary>
    void Refused(DeliveryException error);

    void Subscribed();

    void CaughtUp();

    void Acknowledged(Cursor cursor);
}

/// <summary>
/// One link after the other. A link that is lost is followed by another after a wait. One that must end soon is followed
/// first: the next one connects and catches up, and only then the old one is closed, so that there is no gap; both feed the
/// same intake, so that there is no repeat.
/// </summary>
internal sealed class Succession : ILinkOwner
{
    /// <summary>Sockets are replaced up to a tenth early, so that those that were opened together are not replaced together.</summary>
    private const double LifeJitter = 0.1;

    private readonly Wish _wish;
    private readonly TokenDesk _tokens;
    private readonly Connection _connection;
    private readonly Intake _intake;
    private readonly ISuccessionOwner _owner;
    private readonly DeliverySurroundings _surroundings;
    private readonly Timers<Timer> _timers;
    private readonly Backoff _backoff;

    /// <summary>Takes the place of the current one as soon as it has caught up.</summary>
    private Link? _next;

    private bool _isStopped;
    private bool _isPreparing;
    private TokenReason _tokenReason = TokenReason.Connect;

    /// <summary>Why a token is asked for when the current link is to be replaced.</summary>
    private TokenReason _handOverReason = TokenReason.Connect;

    public Succession(
        Wish wish,
        TokenDesk tokens,
        Connection connection,
        Intake intake,
        ISuccessionOwner owner,
        DeliverySurroundings surroundings)
    {
        _wish = wish;
        _tokens = tokens;
        _connection = connection;
        _intake = intake;
        _owner = owner;
        _surroundings = surroundings;
        _timers = new Timers<Timer>(surroundings);
        _backoff = surroundings.CreateBackoff();
    }

    private enum Timer
    {
        Connect,
        Stable,
        HandOver,
    }

    public Link? Current { get; private set; }

    public void Connect() => _tokens.Ask(
        _tokenReason,
        token =>
        {
            _tokenReason = TokenReason.Connect;
            Current = CreateLink(token);
            LimitLife();
            Current.Open();
        },
        () => ConnectLater(StatusReason.TokenFailed));

    public void Stop()
    {
        _isStopped = true;
        _timers.Stop();
        _tokens.Stop();
        Current?.Close();
        _next?.Close();
        Current = _next = null;
    }

    void ILinkOwner.Subscribed(Link link)
    {
        if (link == Current)
        {
            _connection.Signal(ConnectionSignal.Subscribed, StatusReason.Subscribed);
        }

        _owner.Subscribed();
    }

    void ILinkOwner.CaughtUp(Link link)
    {
        if (link == _next)
        {
            PromoteSubscribed();
        }

        if (link != Current)
        {
            return;
        }

        if (!_timers.Has(Timer.Stable))
        {
            _timers.Set(Timer.Stable, _surroundings.Timing.Stable, _backoff.Reset);
        }

        _connection.Signal(ConnectionSignal.CaughtUp, StatusReason.CaughtUp);
        _owner.CaughtUp();
    }

    void ILinkOwner.More(Link link)
    {
        if (link == Current)
        {
            _connection.Signal(ConnectionSignal.More, StatusReason.MoreToRead);
        }
    }

    void ILinkOwner.HeldUp(Link link, StatusReason reason, TimeSpan? retryIn)
    {
        if (link == Current)
        {
            _connection.Signal(ConnectionSignal.HeldUp, reason, retryIn);
        }
    }

    void ILinkOwner.WasReset(Link link)
    {
        if (link == _next)
        {
            PromoteSubscribed();
        }

        if (_next is not null)
        {
            _next.Close();
            _next = null;
            HandOverLater();
        }
    }

    void ILinkOwner.Lost(Link link, StatusReason reason)
    {
        var isRefused = reason is StatusReason.TokenRefused or StatusReason.HandshakeRefused;
        if (link == _next)
        {
            _next = null;
            if (isRefused)
            {
                _handOverReason = TokenReason.Refused;
            }

            HandOverLater();
        }

        if (link != Current)
        {
            return;
        }

        Current = null;
        _timers.Clear(Timer.Stable);
        if (isRefused)
        {
            _tokenReason = TokenReason.Refused;
        }

        if (_next is not { } next)
        {
            ConnectLater(reason);
            return;
        }

        Promote();
        _connection.Signal(ConnectionSignal.Lost, reason);
        if (next.IsSubscribed)
        {
            _connection.Signal(ConnectionSignal.Subscribed, StatusReason.Subscribed);
        }
    }

    void ILinkOwner.NeedsReplacement(Link link)
    {
        if (link == Current)
        {
            _handOverReason = TokenReason.Refused;
            HandOver();
        }
    }

    void ILinkOwner.Refused(DeliveryException error) => _owner.Refused(error);

    void ILinkOwner.Report(DeliveryException error) => _owner.Report(error);

    void ILinkOwner.Acknowledged(Cursor cursor) => _owner.Acknowledged(cursor);

    void ILinkOwner.GetToken(Action<string> succeeded, Action failed) =>
        _tokens.Ask(TokenReason.Renew, succeeded, failed);

    private void ConnectLater(StatusReason reason)
    {
        var wait = _backoff.Next();
        _timers.Clear(Timer.HandOver);
        _timers.Set(Timer.Connect, wait, Connect);
        _connection.Signal(ConnectionSignal.Lost, reason, wait);
    }

    /// <summary>Begins to replace the current link, unless that has begun.</summary>
    private void HandOver()
    {
        if (_isStopped || _isPreparing || _next is not null || Current is null)
        {
            return;
        }

        _isPreparing = true;
        _tokens.Ask(
            _handOverReason,
            token =>
            {
                _isPreparing = false;
                _handOverReason = TokenReason.Connect;

                // The current one was lost meanwhile, and is being followed already.
                if (Current is not null)
                {
                    _next = CreateLink(token);
                    _next.Open();
                }
            },
            () =>
            {
                _isPreparing = false;
                HandOverLater();
            });
    }

    private void HandOverLater() =>
        _timers.Set(Timer.HandOver, _surroundings.Timing.BackoffBase + _backoff.Next(), HandOver);

    /// <summary>
    /// The current one may never have been subscribed: its answer may still be missing when the next has overtaken it.
    /// </summary>
    private void PromoteSubscribed()
    {
        Promote();
        _connection.Signal(ConnectionSignal.Subscribed, StatusReason.Subscribed);
    }

    private void Promote()
    {
        var former = Current;
        Current = _next;
        _next = null;
        former?.Close();
        LimitLife();
    }

    private void LimitLife()
    {
        var early = 1 - (LifeJitter * _surroundings.Random());
        _timers.Set(Timer.HandOver, TimeSpan.FromTicks((long)(_surroundings.Timing.SocketLife.Ticks * early)), HandOver);
    }

    private Link CreateLink(string token) => new(token, _wish, _intake, this, _surroundings);
}
