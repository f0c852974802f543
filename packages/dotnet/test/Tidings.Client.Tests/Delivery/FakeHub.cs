using System.Text.Json;

namespace Tidings.Client.Tests.Delivery;

using Frame = Dictionary<string, object?>;

/// <summary>
/// A hub for one client, on a virtual clock; does as the protocol says but where a test tells it otherwise. All of it
/// happens within the client's mailbox.
/// </summary>
internal sealed class FakeHub(VirtualWorld world) : ISocketFactory
{
    private const int PageEvents = 10;
    private static readonly TimeSpan s_latency = TimeSpan.FromMilliseconds(5);

    public List<HubSocket> Sockets { get; } = [];

    public List<long> Acknowledged { get; } = [];

    public string Epoch { get; set; } = "";

    public long Head { get; set; }

    /// <summary>The first event that is still there.</summary>
    public long Oldest { get; set; } = 1;

    /// <summary>Sequences that are not for the client.</summary>
    public HashSet<long> Foreign { get; } = [];

    /// <summary>Sequences that are too large for a socket, and where the whole of them is.</summary>
    public Dictionary<long, string> Large { get; } = [];

    public Cursor? Subscription { get; set; }

    public bool IsPaused { get; set; }

    /// <summary>Whether <c>synced</c> names the epoch.</summary>
    public bool SaysEpoch { get; set; } = true;

    /// <summary>Whether a handshake is let in.</summary>
    public Func<string, bool> Admits { get; set; } = _ => true;

    /// <summary>Whether the hub says nothing to this frame of a client.</summary>
    public Func<JsonElement, bool> Ignores { get; set; } = _ => false;

    /// <summary>A code to answer with instead.</summary>
    public Func<JsonElement, HubSocket, string?> Refuses { get; set; } = (_, _) => null;

    /// <summary>Whether a frame to the client is lost on its way.</summary>
    public Func<Frame, HubSocket, bool> Loses { get; set; } = (_, _) => false;

    /// <summary>Thrown in place of making a socket.</summary>
    public Queue<Exception> Unmakeable { get; } = [];

    public IReadOnlyList<HubSocket> Open => [.. Sockets.Where(socket => socket.State == SocketState.Open)];

    /// <summary>Everything that the client has sent, whatever the socket.</summary>
    public IReadOnlyList<JsonElement> Received => [.. Sockets.SelectMany(socket => socket.Frames)];

    public static string? TextOf(JsonElement frame, string name) =>
        frame.TryGetProperty(name, out var value) ? value.GetString() : null;

    public IReadOnlyList<JsonElement> Actions(string action) =>
        [.. Received.Where(frame => string.Equals(TextOf(frame, "action"), action, StringComparison.Ordinal))];

    ISocket ISocketFactory.Open(string token, ISocketEvents events)
    {
        if (Unmakeable.TryDequeue(out var thrown))
        {
            throw thrown;
        }

        var socket = new HubSocket(token, events, Receive);
        Sockets.Add(socket);
        Later(() =>
        {
            if (Admits(token))
            {
                socket.Open();
            }
            else
            {
                socket.Cut();
            }
        });
        return socket;
    }

    /// <summary>Records events and delivers them.</summary>
    public void Publish(long count = 1, bool isFor = true, bool isLost = false)
    {
        Epoch = Epoch.Length == 0 ? "e1" : Epoch;
        var from = Head + 1;
        Head += count;
        if (!isFor)
        {
            Foreign.UnionWith(Recorded.Numbers(from, Head));
        }
        else if (!isLost && !IsPaused)
        {
            Deliver(from, Head);
        }
    }

    /// <summary>Delivers a stretch live to whoever has subscribed.</summary>
    public void Deliver(long from, long through)
    {
        foreach (var socket in Open.Where(socket => socket.IsSubscribed))
        {
            Send(socket, new Frame { ["type"] = "events", ["from"] = from, ["through"] = through, ["replay"] = false, ["events"] = EventsOf(from, through) });
        }
    }

    public void Cut(HubSocket? socket = null) => (socket ?? Sockets.FindLast(one => one.State == SocketState.Open))?.Cut();

    public void Send(HubSocket socket, Frame frame)
    {
        if (Loses(frame, socket))
        {
            return;
        }

        var text = JsonSerializer.Serialize(frame);
        Later(() =>
        {
            if (socket.State == SocketState.Open && !socket.IsDead)
            {
                socket.Events.Received(text);
            }
        });
    }

    private void Later(Action act)
    {
        ITimer? timer = null;
        timer = world.Clock.CreateTimer(
            _ =>
            {
                world.Mailbox.Post(act);
                timer!.Dispose();
            },
            state: null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        timer.Change(s_latency, Timeout.InfiniteTimeSpan);
    }

    private void Receive(HubSocket socket, JsonElement frame)
    {
        if (!socket.IsDead && !Ignores(frame))
        {
            Later(() => Serve(socket, frame));
        }
    }

    private void Serve(HubSocket socket, JsonElement frame)
    {
        var id = frame.GetProperty("id").GetString();
        if (Refuses(frame, socket) is { } code)
        {
            Refuse(socket, id, code);
            return;
        }

        switch (TextOf(frame, "action"))
        {
            case "subscribe":
                Subscribe(socket, frame, id);
                break;
            case "sync" when socket.IsSubscribed:
                Page(socket, id, CursorOf(frame)!.Value);
                break;
            case "sync":
                Refuse(socket, id, "NOT_SUBSCRIBED");
                break;
            case "token":
                var end = TokenExpiry.EndOf(TextOf(frame, "token")!)!.Value;
                Send(socket, new Frame { ["type"] = "renewed", ["id"] = id, ["expires"] = end.ToUnixTimeSeconds() });
                break;
            case "ack":
                var sequence = frame.GetProperty("sequence").GetInt64();
                Acknowledged.Add(sequence);
                Subscription = new Cursor(Epoch, sequence);
                Send(socket, new Frame { ["type"] = "acked", ["id"] = id, ["cursor"] = WireOf(Subscription) });
                break;
            default:
                Assert.Fail($"The client has sent {frame}");
                break;
        }
    }

    private void Refuse(HubSocket socket, string? id, string code) => Send(
        socket,
        new Frame { ["type"] = "error", ["id"] = id, ["code"] = code, ["message"] = "as the test says", ["retryAfterSeconds"] = 1 });

    private void Subscribe(HubSocket socket, JsonElement frame, string? id)
    {
        var isDurable = frame.TryGetProperty("subscription", out _);
        if (isDurable && IsPaused)
        {
            Refuse(socket, id, "SUBSCRIPTION_PAUSED");
            return;
        }

        socket.IsSubscribed = true;
        var answer = new Frame { ["type"] = "subscribed", ["id"] = id, ["epoch"] = Epoch, ["head"] = Head, ["heartbeatSeconds"] = 240 };
        if (isDurable && Subscription is not null)
        {
            answer["cursor"] = WireOf(Subscription);
        }

        Send(socket, answer);
        var start = isDurable ? (Subscription?.Epoch, Subscription?.Sequence ?? 0) : CursorOf(frame);
        if (start is { } from)
        {
            Page(socket, id, from);
        }
    }

    private void Page(HubSocket socket, string? id, (string? Epoch, long Sequence) start)
    {
        var after = start.Epoch is null ? Oldest - 1 : start.Sequence;
        if (MismatchOf(start.Epoch, start.Sequence, after) is { } reason)
        {
            Send(socket, new Frame { ["type"] = "reset", ["id"] = id, ["reason"] = reason, ["epoch"] = Epoch, ["oldest"] = Oldest, ["head"] = Head });
            return;
        }

        var through = Math.Min(Head, after + PageEvents);
        var events = EventsOf(after + 1, through);
        if (events.Count > 0)
        {
            Send(socket, new Frame { ["type"] = "events", ["from"] = after + 1, ["through"] = through, ["replay"] = true, ["events"] = events });
        }

        var synced = new Frame { ["type"] = "synced", ["id"] = id, ["through"] = through, ["head"] = Head, ["events"] = events.Count };
        if (SaysEpoch)
        {
            synced["epoch"] = Epoch;
        }

        Send(socket, synced);
    }

    private string? MismatchOf(string? epoch, long sequence, long after)
    {
        var isNew = epoch is "" && sequence == 0;
        if (epoch is not null && !string.Equals(epoch, Epoch, StringComparison.Ordinal) && !isNew)
        {
            return "epoch";
        }

        return after > Head ? "ahead" : after < Oldest - 1 ? "retention" : null;
    }

    private static (string? Epoch, long Sequence)? CursorOf(JsonElement frame) =>
        frame.TryGetProperty("cursor", out var cursor)
            ? (TextOf(cursor, "epoch"), cursor.GetProperty("sequence").GetInt64())
            : null;

    private static Frame WireOf(Cursor cursor) => new() { ["epoch"] = cursor.Epoch, ["sequence"] = cursor.Sequence };

    private List<Dictionary<string, object>> EventsOf(long from, long through) =>
        [.. Recorded.Numbers(from, through).Where(sequence => !Foreign.Contains(sequence)).Select(WireOf)];

    private Dictionary<string, object> WireOf(long sequence)
    {
        var wire = Recorded.Wire(sequence);
        if (Large.TryGetValue(sequence, out var url))
        {
            wire.Remove("data");
            wire["dataref"] = url;
        }

        return wire;
    }
}
