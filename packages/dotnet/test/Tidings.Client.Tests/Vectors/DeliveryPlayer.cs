using System.Text.Json;
using System.Text.Json.Nodes;
using Tidings.Client.Tests.Delivery;

namespace Tidings.Client.Tests.Vectors;

/// <summary>Plays a vector to a client: a socket and a clock that do what its steps say.</summary>
internal sealed class DeliveryPlayer : ISocketFactory
{
    /// <summary>Longest virtual time in which a client must ask for a socket, and the steps in which it is waited for.</summary>
    private const int Patience = 60_000;
    private const int Moment = 100;

    private readonly VirtualWorld _world = new();
    private readonly ClientUnderTest _client;

    /// <summary>Asked for by the client, and not answered yet.</summary>
    private readonly Queue<HubSocket> _asked = new();
    private readonly List<HubSocket> _sockets = [];
    private readonly Queue<JsonElement> _sent = new();
    private string _lastId = "";

    public DeliveryPlayer(JsonElement options) =>
        _client = ClientUnderTest.Start(_world, this, defaults => Apply(options, defaults));

    public async Task PlayAsync(JsonElement step)
    {
        if (step.TryGetProperty("opens", out _))
        {
            var socket = await NextAskedAsync();
            await _world.DoAsync(socket.Open);
        }

        if (step.TryGetProperty("rejects", out _))
        {
            var socket = await NextAskedAsync();
            await _world.DoAsync(socket.Cut);
        }

        if (step.TryGetProperty("hub", out var frame))
        {
            var text = TextOf(frame);
            var socket = SocketOf(step, "socket");
            await _world.DoAsync(() => socket.Events.Received(text));
        }

        if (step.TryGetProperty("closes", out _))
        {
            await _world.DoAsync(SocketOf(step, "socket").Cut);
        }

        if (step.TryGetProperty("acks", out var acknowledged))
        {
            await _world.DoAsync(() => _client.Client.Acknowledge(acknowledged.GetInt64()));
        }

        await _world.PassAsync(step.TryGetProperty("elapses", out var elapsed) ? elapsed.GetDouble() : 0);
        Check(step);
    }

    /// <summary>Everything that has happened must have been said.</summary>
    public async Task EndAsync()
    {
        Assert.Empty(_client.Delivered);
        Assert.Empty(_client.Resets);
        Assert.Empty(_client.Errors);
        Assert.Empty(_sent);
        await _client.DisposeAsync();
        Assert.Equal(0, _world.Clock.PendingTimers);
        Assert.All(_sockets, socket => Assert.Equal(SocketState.Closed, socket.State));
    }

    ISocket ISocketFactory.Open(string token, ISocketEvents events)
    {
        Assert.Equal("token", token);
        var socket = new HubSocket(token, events, (_, frame) =>
        {
            _lastId = frame.GetProperty("id").GetString()!;
            _sent.Enqueue(frame);
        });
        _asked.Enqueue(socket);
        return socket;
    }

    private static DeliveryOptions Apply(JsonElement options, DeliveryOptions defaults)
    {
        foreach (var option in options.EnumerateObject())
        {
            defaults = option.Name switch
            {
                "filter" => defaults with { Wish = new Wish { Filter = FilterOf(option.Value) } },
                "subscription" => defaults with { Wish = new Wish { Subscription = option.Value.GetString() } },
                "strict" => defaults with { IsStrict = option.Value.GetBoolean() },
                "cursor" when option.Value.ValueKind == JsonValueKind.String => defaults with { Start = StartFrom.Oldest },
                "cursor" => defaults with { Start = StartFrom.Cursor(CursorOf(option.Value)!) },
                _ => throw new InvalidOperationException($"No such option: {option.Name}"),
            };
        }

        return defaults;
    }

    private static EventFilter FilterOf(JsonElement filter)
    {
        Assert.Empty(FilterRules.Parse(filter, out var parsed));
        return parsed;
    }

    private static Cursor? CursorOf(JsonElement cursor) => cursor.ValueKind == JsonValueKind.Null
        ? null
        : new Cursor(cursor.GetProperty("epoch").GetString()!, cursor.GetProperty("sequence").GetInt64());

    /// <summary>A name as it is on the wire and in TypeScript.</summary>
    private static string NameOf(Enum value) =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>A hub's own code where it is the hub that refuses.</summary>
    private static string CodeOf(DeliveryException error) =>
        string.Equals(error.Code, ErrorCodes.HubRefused, StringComparison.Ordinal)
            ? Assert.IsType<HubException>(error.InnerException).Code
            : error.Code;

    private static JsonObject WireOf(DeliveryReset reset) => new()
    {
        ["reason"] = NameOf(reset.Reason),
        ["epoch"] = reset.Epoch,
        ["oldest"] = reset.Oldest,
        ["head"] = reset.Head,
        ["previous"] = reset.Previous is null
            ? null
            : new JsonObject { ["epoch"] = reset.Previous.Epoch, ["sequence"] = reset.Previous.Sequence },
    };

    private static void AssertSame(JsonElement expected, JsonNode? found) => Assert.True(
        JsonNode.DeepEquals(JsonNode.Parse(expected.GetRawText()), found),
        $"Expected {expected.GetRawText()}, found {found?.ToJsonString()}");

    private static List<T> TakeAll<T>(List<T> list)
    {
        List<T> taken = [.. list];
        list.Clear();
        return taken;
    }

    private void Check(JsonElement step)
    {
        foreach (var expected in step.EnumerateObject())
        {
            CheckOne(expected.Name, expected.Value, step);
        }
    }

    private void CheckOne(string name, JsonElement expected, JsonElement step)
    {
        switch (name)
        {
            case "sent":
                Assert.True(_sent.TryDequeue(out var sent), "Expected a message of the client, found none");
                var message = JsonNode.Parse(sent.GetRawText())!.AsObject();
                Assert.True(message.Remove("id"));
                AssertSame(expected, message);
                break;
            case "unopened":
                Assert.Empty(_asked);
                break;
            case "silent":
                Assert.Empty(_sent);
                break;
            case "delivered":
                Assert.Equal(expected.EnumerateArray().Select(one => one.GetInt64()), TakeAll(_client.Delivered));
                break;
            case "cursor":
                Assert.Equal(CursorOf(expected), _client.Client.Cursor);
                break;
            case "state":
                Assert.Equal(expected.GetString(), NameOf(_client.Client.State));
                break;
            case "reset":
                AssertSame(expected, WireOf(Assert.Single(TakeAll(_client.Resets))));
                break;
            case "error":
                Assert.Equal([expected.GetString()], TakeAll(_client.Errors).Select(CodeOf));
                break;
            case "closed":
                Assert.Equal(SocketState.Closed, SocketOf(step, "closed").State);
                break;
            default:
                Assert.Contains(name, new[] { "opens", "rejects", "hub", "socket", "closes", "acks", "elapses" });
                break;
        }
    }

    private async Task<HubSocket> NextAskedAsync()
    {
        HubSocket? socket;
        for (var waited = 0; ; waited += Moment)
        {
            await _world.PassAsync(waited == 0 ? 0 : Moment);
            if (_asked.TryDequeue(out socket))
            {
                break;
            }

            Assert.True(waited <= Patience, $"Expected the client to ask for a socket within {Patience} ms");
        }

        _sockets.Add(socket);
        return socket;
    }

    /// <summary>By its number, from 1; the last one if there is none.</summary>
    private HubSocket SocketOf(JsonElement step, string member) =>
        step.TryGetProperty(member, out var number) ? _sockets[number.GetInt32() - 1] : _sockets[^1];

    private string TextOf(JsonElement frame)
    {
        if (frame.ValueKind == JsonValueKind.String)
        {
            return frame.GetString()!;
        }

        var members = JsonNode.Parse(frame.GetRawText())!.AsObject();
        if (members["id"] is JsonValue id && id.TryGetValue(out string? text) && string.Equals(text, "$", StringComparison.Ordinal))
        {
            members["id"] = _lastId;
        }

        if (members["events"] is JsonArray events)
        {
            members["events"] = new JsonArray([.. events.Select(WholeOf)]);
        }

        return members.ToJsonString();
    }

    /// <summary>A number stands for an event.</summary>
    private static JsonNode? WholeOf(JsonNode? one) => one is JsonValue value && value.TryGetValue(out long sequence)
        ? JsonSerializer.SerializeToNode(Recorded.Wire(sequence))
        : one?.DeepClone();
}
