using System.Text;
using System.Text.Json;

namespace Tidings.Client.Tests.Delivery;

/// <summary>A delivery to a fake hub, and everything that it has told.</summary>
internal sealed class ClientUnderTest : IDeliveryOwner, IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();

    private ClientUnderTest(VirtualWorld world, Func<ClientUnderTest, DeliveryClient> create)
    {
        World = world;
        Client = create(this);
    }

    public VirtualWorld World { get; }

    public DeliveryClient Client { get; }

    /// <summary>Sequences as they were handed over.</summary>
    public List<long> Delivered { get; } = [];

    public List<ConnectionStatus> Statuses { get; } = [];

    public List<DeliveryReset> Resets { get; } = [];

    public List<DeliveryException> Errors { get; } = [];

    public Func<RecordedEvent, ValueTask<bool>>? OnEvent { get; set; }

    public Action<ConnectionStatus>? OnStatus { get; set; }

    /// <summary>The states it went through, each with its reason.</summary>
    public IEnumerable<string> Path => Statuses.Select(status => $"{status.State}: {status.Reason}");

    public IEnumerable<string> Codes => Errors.Select(error => error.Code);

    /// <summary>Starts a client with a token that never ends, where the options say nothing else.</summary>
    public static ClientUnderTest Start(
        VirtualWorld world,
        ISocketFactory hub,
        Func<DeliveryOptions, DeliveryOptions>? change = null,
        DeliveryTiming? timing = null,
        Func<double>? random = null,
        Func<RecordedEvent, ValueTask<bool>>? onEvent = null)
    {
        var options = new DeliveryOptions
        {
            Wish = new Wish(),
            Tokens = new FakeTokens((_, _) => new ValueTask<string>("token")),
        };
        var client = new ClientUnderTest(world, owner => new DeliveryClient(
            change?.Invoke(options) ?? options,
            owner,
            new DeliverySurroundings
            {
                Mailbox = world.Mailbox,
                Time = world.Clock,
                Timing = timing ?? new DeliveryTiming(),
                Sockets = hub,
                Random = random ?? (() => 0.5),
                Ended = owner._ended.Token,
            }))
        {
            OnEvent = onEvent,
        };
        world.Mailbox.Post(client.Client.Start);
        return client;
    }

    /// <summary>A token that ends at some time, and is like no other.</summary>
    public static string TokenUntil(DateTimeOffset end, string name = "token")
    {
        var claims = JsonSerializer.Serialize(new Dictionary<string, long>(StringComparer.Ordinal) { ["exp"] = end.ToUnixTimeSeconds() });
        return $"{name}.{Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)).TrimEnd('=')}.s";
    }

    ValueTask<bool> IDeliveryOwner.HandleAsync(RecordedEvent recorded)
    {
        Delivered.Add(recorded.Sequence);
        return OnEvent?.Invoke(recorded) ?? new ValueTask<bool>(true);
    }

    ValueTask<bool> IDeliveryOwner.HandleResetAsync(DeliveryReset reset)
    {
        Resets.Add(reset);
        return new ValueTask<bool>(true);
    }

    void IDeliveryOwner.StatusChanged(ConnectionStatus status)
    {
        Statuses.Add(status);
        OnStatus?.Invoke(status);
    }

    void IDeliveryOwner.Failed(DeliveryException error) => Errors.Add(error);

    /// <summary>Ends it, and the mailbox with it.</summary>
    public async ValueTask DisposeAsync()
    {
        World.Mailbox.Post(() => Client.Close());
        World.Mailbox.Complete();
        await World.Mailbox.Completion;
        await _ended.CancelAsync();
        _ended.Dispose();
    }
}
