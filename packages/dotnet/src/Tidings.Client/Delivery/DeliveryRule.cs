namespace Tidings.Client;

/// <summary>
/// The cursor rule: frames in, decisions out. It knows no socket and no time.
/// <para>
/// A frame says everything of its range that is for this client, as of when it was made. So one that follows on moves the
/// cursor. One that does not is remembered as a stretch above the cursor, until what lies between has come: by a page,
/// because the client cannot know whether it was lost or for others.
/// </para>
/// </summary>
/// <param name="start">Where to begin.</param>
/// <param name="isStrict">
/// Whether order comes before speed. If so, events are due in the order of their sequence, always: a frame that does not
/// follow on is held until a page has filled the gap. If not, it is due at once: what was lost before it comes after it,
/// and while a client catches up, what is new may come before what is old. Either way once, and all of it.
/// </param>
/// <param name="limits">How much is remembered.</param>
internal sealed class DeliveryRule(StartFrom start, bool isStrict, DeliveryLimits? limits = null)
{
    private readonly DeliveryLimits _limits = limits ?? new DeliveryLimits();
    private readonly Ranges _covered = new();

    /// <summary>Frames that must wait, in order.</summary>
    private readonly List<HubFrame.Events> _held = [];

    private int _heldEvents;

    /// <summary>As long as nothing has been heard of the place to begin: that place. Then null.</summary>
    private StartFrom? _unknown = start.After is null ? start : null;

    private string _epoch = start.After?.Epoch ?? Tidings.Client.Cursor.NoEpoch;
    private long _sequence = start.After?.Sequence ?? 0;
    private int _generation;

    /// <summary>Whether something was dropped that only a page can bring back.</summary>
    private bool _hasMissed;

    /// <summary>
    /// The hub counts in another history than we do: its numbers mean nothing before a reset, or an answer in ours.
    /// </summary>
    private bool _isForeign;

    /// <summary>
    /// Everything up to here has been due or was not for this client. Null until the hub has said where that is.
    /// </summary>
    public Cursor? Cursor => _unknown is null ? CursorAt(_sequence) : null;

    /// <summary>
    /// Whether a page should be asked for without waiting for the next heartbeat. A gap alone is no reason unless order
    /// matters: most gaps were for others.
    /// </summary>
    public bool IsPageDue => _hasMissed || (_unknown is null && (_held.Count > 0 || NeedsEpoch));

    /// <summary>
    /// Whether events have come to a tenant that had none: the next answer must name the history that they began.
    /// </summary>
    public bool NeedsEpoch => HasNoEpoch && _unknown is null && _sequence > 0;

    private bool HasNoEpoch => _epoch.Length == 0;

    private bool StartsNow => ReferenceEquals(_unknown, StartFrom.Now);

    private bool StartsOldest => ReferenceEquals(_unknown, StartFrom.Oldest);

    /// <summary>What to ask the hub for. What is missed from here on was perhaps too late for the answer.</summary>
    public Question Ask()
    {
        _hasMissed = false;
        return new Question(_unknown ?? StartFrom.Cursor(CursorAt(_sequence)), _generation);
    }

    /// <summary>
    /// The hub has subscribed us. A durable subscription's own cursor counts if it is ahead: another has dealt with that.
    /// </summary>
    public IReadOnlyList<Due> Begin(string epoch, long head, Cursor? cursor)
    {
        if (StartsNow)
        {
            _epoch = string.IsNullOrEmpty(cursor?.Epoch) ? epoch : cursor!.Epoch;
            _isForeign = !IsOurs(epoch);
            return MoveTo(cursor?.Sequence ?? head);
        }

        _isForeign = !Learn(epoch);
        return cursor is not null && IsOurs(cursor.Epoch) && !_isForeign ? MoveTo(cursor.Sequence) : [];
    }

    /// <summary>Takes events, live or of a page. Returns what is due now.</summary>
    public IReadOnlyList<Due> Take(HubFrame.Events frame)
    {
        if (_isForeign)
        {
            Skip();
            return [];
        }

        if (StartsNow)
        {
            return Hold(frame);
        }

        if (StartsOldest)
        {
            if (!frame.IsReplay)
            {
                return isStrict ? Hold(frame) : TakeAhead(frame);
            }

            (_unknown, _sequence) = (null, frame.From - 1);
        }

        if (frame.From <= _sequence + 1)
        {
            var due = new List<Due>();
            TakeNext(frame, due);
            Release(due);
            return due;
        }

        return isStrict ? Hold(frame) : TakeAhead(frame);
    }

    /// <summary>A frame came that could not be taken: a page must bring it again.</summary>
    public void Skip() => _hasMissed = true;

    /// <summary>A page has ended. Returns what is due now, and whether that was all there is.</summary>
    public (IReadOnlyList<Due> Due, bool IsCaughtUp) Settle(PageEnd page, Question question)
    {
        if (question.Generation != _generation || StartsNow)
        {
            return ([], false);
        }

        var wasForeign = _isForeign;
        if (page.Epoch is not null)
        {
            _isForeign = !Learn(page.Epoch);
        }

        // What came while the history was another was not taken: the next page brings it again.
        if (wasForeign || _isForeign)
        {
            return ([], false);
        }

        var reached = StartsOldest ? -1 : _sequence;
        var hasLostEvents = page.Events > 0 && reached < page.Through;
        if (hasLostEvents)
        {
            return ([], false);
        }

        var due = MoveTo(page.Through);
        return (due, _sequence >= page.Head && !IsPageDue);
    }

    /// <summary>
    /// The cursor cannot be continued from: goes on with the oldest event that is left. Returns whether that concerns us;
    /// not if what was cut has come by other frames in the meantime.
    /// </summary>
    public bool Reset(HistoryCut cut, Question question)
    {
        if (question.Generation != _generation)
        {
            return false;
        }

        // The hub has judged a durable subscription's cursor, and we stand in the history that it tells of: nothing is cut.
        if (cut.Reason == ResetReason.Epoch && IsOurs(cut.Epoch) && !_isForeign)
        {
            return false;
        }

        // Of a tenant that had no events there was no history before the one that its first event began.
        var isSameHistory = cut.Reason == ResetReason.Retention && (IsOurs(cut.Epoch) || HasNoEpoch) && !_isForeign;
        if (isSameHistory && _unknown is null && _sequence >= cut.Oldest - 1)
        {
            return false;
        }

        _generation++;
        _epoch = cut.Epoch;
        _isForeign = false;
        (_unknown, _sequence) = (null, cut.Oldest - 1);
        if (isSameHistory)
        {
            _sequence = _covered.Absorb(_sequence);
        }
        else
        {
            _covered.Clear();
            _held.Clear();
            _heldEvents = 0;
        }

        return true;
    }

    /// <summary>Hears which history the hub counts in; it becomes ours if we have none. Returns whether it is ours.</summary>
    private bool Learn(string epoch)
    {
        if (StartsOldest || HasNoEpoch)
        {
            _epoch = epoch;
        }

        return IsOurs(epoch);
    }

    private bool IsOurs(string epoch) => string.Equals(_epoch, epoch, StringComparison.Ordinal);

    /// <summary>Takes a frame that follows on.</summary>
    private void TakeNext(HubFrame.Events frame, List<Due> due)
    {
        var reached = _sequence;
        var fresh = frame.List.Where(one => one.Sequence > reached && !_covered.Has(one.Sequence)).ToList();
        _sequence = _covered.Absorb(Math.Max(reached, frame.Through));
        due.AddRange(fresh.Select(one => new Due(one, CursorAt(one.Sequence))));
    }

    private List<Due> TakeAhead(HubFrame.Events frame)
    {
        if (_covered.Count >= _limits.Ranges && !_covered.Touches(frame.From, frame.Through))
        {
            Skip();
            return [];
        }

        var fresh = frame.List.Where(one => !_covered.Has(one.Sequence)).Select(one => new Due(one, Cursor: null)).ToList();
        _covered.Add(frame.From, frame.Through);
        return fresh;
    }

    private List<Due> Hold(HubFrame.Events frame)
    {
        if (_held.Exists(one => one.From == frame.From && one.Through == frame.Through))
        {
            return [];
        }

        if (_heldEvents + frame.List.Count > _limits.Held)
        {
            Skip();
            return [];
        }

        _heldEvents += frame.List.Count;
        var index = _held.FindIndex(one => one.From > frame.From);
        _held.Insert(index < 0 ? _held.Count : index, frame);
        return [];
    }

    private List<Due> MoveTo(long sequence)
    {
        var reached = _unknown is null ? _sequence : 0;
        (_unknown, _sequence) = (null, _covered.Absorb(Math.Max(reached, sequence)));
        var due = new List<Due>();
        Release(due);
        return due;
    }

    /// <summary>What was held and follows on now; without order, all of it.</summary>
    private void Release(List<Due> due)
    {
        while (_held.Count > 0)
        {
            var frame = _held[0];
            var followsOn = frame.From <= _sequence + 1;
            if (!followsOn && isStrict)
            {
                break;
            }

            _held.RemoveAt(0);
            _heldEvents -= frame.List.Count;
            if (followsOn)
            {
                TakeNext(frame, due);
            }
            else
            {
                due.AddRange(TakeAhead(frame));
            }
        }
    }

    /// <summary>Without an epoch no number means anything yet, but that the beginning has been seen.</summary>
    private Cursor CursorAt(long sequence) => new(_epoch, HasNoEpoch ? 0 : sequence);
}
