using System.Text.Json;

namespace Tidings.Client;

/// <summary>Who has links, and hears how they fare.</summary>
internal interface ILinkOwner
{
    void Subscribed(Link link);

    /// <summary>A page was the last for now.</summary>
    void CaughtUp(Link link);

    void More(Link link);

    void HeldUp(Link link, StatusReason reason, TimeSpan? retryIn);

    /// <summary>History was cut: what other links still bring may be of another.</summary>
    void WasReset(Link link);

    /// <summary>It has ended by itself.</summary>
    void Lost(Link link, StatusReason reason);

    /// <summary>It works, but cannot be renewed.</summary>
    void NeedsReplacement(Link link);

    void Refused(DeliveryException error);

    void Report(DeliveryException error);

    /// <summary>Where the durable subscription stands.</summary>
    void Acknowledged(Cursor cursor);

    void GetToken(Action<string> succeeded, Action failed);
}

/// <summary>The life of one socket. It ends once; another link takes its place.</summary>
internal sealed class Link : ISocketEvents, IPagingOwner, ITokenRenewalOwner
{
    private readonly string _token;
    private readonly Intake _intake;
    private readonly ILinkOwner _owner;
    private readonly DeliverySurroundings _surroundings;
    private readonly Timers<Timer> _timers;
    private readonly Paging _paging;
    private readonly TokenRenewal _renewal;
    private ISocket? _socket;
    private Phase _phase = Phase.Opening;
    private long _requests;

    public Link(string token, Wish wish, Intake intake, ILinkOwner owner, DeliverySurroundings surroundings)
    {
        _token = token;
        _intake = intake;
        _owner = owner;
        _surroundings = surroundings;
        _timers = new Timers<Timer>(surroundings);
        _paging = new Paging(wish, intake, this, surroundings);
        _renewal = new TokenRenewal(this, surroundings);
    }

    private enum Timer
    {
        Open,
    }

    private enum Phase
    {
        Opening,
        Open,
        Ended,
    }

    public bool IsSubscribed => _paging.IsSubscribed;

    public void Open()
    {
        _timers.Set(Timer.Open, _surroundings.Timing.Attempt, () =>
        {
            ReportFailure($"nothing came within {_surroundings.Timing.Attempt.TotalSeconds} s");
            End(StatusReason.HandshakeRefused);
        });
        try
        {
            _socket = _surroundings.Sockets.Open(_token, this);
        }
        catch (Exception cause)
        {
            _owner.Report(cause as DeliveryException ?? new DeliveryException(
                new TidingsProblem(ErrorCodes.SocketFailed, "A socket could not be opened") { IsRetryable = true },
                cause));
            End(StatusReason.SocketFailed);
        }
    }

    /// <summary>Asks for the next page, unless one is under way or must wait.</summary>
    public void AskPage()
    {
        if (_phase == Phase.Open)
        {
            _paging.Ask();
        }
    }

    /// <summary>Returns whether there was a way to send it.</summary>
    public bool Acknowledge(string subscription, Cursor cursor)
    {
        if (!IsSubscribed || _phase != Phase.Open)
        {
            return false;
        }

        Send(new ClientFrame.Acknowledge(subscription, cursor));
        return true;
    }

    /// <summary>Ends it, and tells nobody.</summary>
    public void Close()
    {
        if (_phase == Phase.Ended)
        {
            return;
        }

        _phase = Phase.Ended;
        _timers.Stop();
        _paging.Stop();
        _renewal.Stop();
        _socket?.Close();
    }

    public string Send(ClientFrame frame)
    {
        _requests++;
        var id = _requests.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (_phase == Phase.Open)
        {
            _socket?.Send(frame.Write(id));
        }

        return id;
    }

    void ISocketEvents.Opened()
    {
        if (_phase != Phase.Opening)
        {
            return;
        }

        _phase = Phase.Open;
        _timers.Clear(Timer.Open);
        _renewal.Begin(_token);
        _paging.Ask();
    }

    void ISocketEvents.Received(string text)
    {
        if (_phase != Phase.Open)
        {
            return;
        }

        HubFrame? frame;
        try
        {
            frame = HubFrameReader.Read(text);
        }
        catch (Exception cause) when (cause is JsonException or FormatException)
        {
            _owner.Report(new DeliveryException(
                new TidingsProblem(ErrorCodes.ProtocolBroken, "The hub sent something that is no frame") { IsRetryable = true },
                cause as FormatException));
            End(StatusReason.ProtocolBroken);
            return;
        }

        if (frame is not null)
        {
            Serve(frame);
        }
    }

    void ISocketEvents.Failed(string why)
    {
        if (_phase == Phase.Opening)
        {
            ReportFailure(why);
        }
    }

    void ISocketEvents.Closed() =>
        End(_phase == Phase.Opening ? StatusReason.HandshakeRefused : StatusReason.SocketClosed);

    void IPagingOwner.Subscribed(HubFrame.Subscribed frame)
    {
        if (frame.Cursor is not null)
        {
            _owner.Acknowledged(frame.Cursor);
        }

        _owner.Subscribed(this);
    }

    void IPagingOwner.CaughtUp() => _owner.CaughtUp(this);

    void IPagingOwner.More() => _owner.More(this);

    void IPagingOwner.HeldUp(StatusReason reason, TimeSpan? retryIn) => _owner.HeldUp(this, reason, retryIn);

    void IPagingOwner.WasReset() => _owner.WasReset(this);

    void IPagingOwner.Ended(StatusReason reason) => End(reason);

    void IPagingOwner.Refused(DeliveryException error) => _owner.Refused(error);

    void IPagingOwner.Report(DeliveryException error) => _owner.Report(error);

    void ITokenRenewalOwner.GetToken(Action<string> succeeded, Action failed) => _owner.GetToken(succeeded, failed);

    void ITokenRenewalOwner.RenewalUnanswered() => End(StatusReason.HubSilent);

    void ITokenRenewalOwner.RenewalRefused() => _owner.NeedsReplacement(this);

    private void ReportFailure(string why) => _owner.Report(new DeliveryException(
        new TidingsProblem(ErrorCodes.SocketFailed, $"The hub's socket could not be opened: {why}") { IsRetryable = true }));

    private void End(StatusReason reason)
    {
        if (_phase == Phase.Ended)
        {
            return;
        }

        Close();
        _owner.Lost(this, reason);
    }

    private void Serve(HubFrame frame)
    {
        switch (frame)
        {
            // A page without the answer that it belongs to: which history it is of, nobody has said.
            case HubFrame.Events { IsReplay: true } when !IsSubscribed:
                break;
            case HubFrame.Events events:
                _intake.Take(events);
                if (_intake.IsPageDue && IsSubscribed)
                {
                    AskPage();
                }

                break;
            case HubFrame.Subscribed subscribed when _paging.IsAnswer(subscribed.Id):
                _paging.Subscribed(subscribed);
                break;
            case HubFrame.Synced synced when _paging.IsAnswer(synced.Id):
                _paging.Synced(synced.Page);
                break;
            case HubFrame.Reset reset when _paging.IsAnswer(reset.Id):
                _paging.Reset(reset.Cut);
                break;
            case HubFrame.Acked acked:
                _owner.Acknowledged(acked.Cursor);
                break;
            case HubFrame.Renewed renewed when _renewal.Renewed(renewed):
                AskPage();
                break;
            case HubFrame.Error error when _renewal.Refused(error):
                _owner.Report(Refusals.ErrorOf(error));
                break;
            case HubFrame.Error error:
                _paging.Refused(error);
                break;
            default:
                break;
        }
    }
}
