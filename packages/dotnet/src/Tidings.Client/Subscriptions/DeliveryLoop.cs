using System.Threading.Channels;

namespace Tidings.Client;

/// <summary>Hands events to a loop: as many as are handled at the same time, and not more.</summary>
internal sealed class DeliveryLoop
{
    private readonly Channel<SubscriptionDelivery> _next = Channel.CreateUnbounded<SubscriptionDelivery>();
    private readonly Lock _lock = new();
    private readonly HashSet<SubscriptionDelivery> _open = [];

    /// <summary>True once the loop has acknowledged it; false if nobody will. Fails if the loop says that it was not dealt with.</summary>
    public async Task<bool> HandleAsync(RecordedEvent recorded)
    {
        var delivery = new SubscriptionDelivery(recorded);
        lock (_lock)
        {
            _open.Add(delivery);
        }

        try
        {
            return _next.Writer.TryWrite(delivery) && await delivery.Outcome.ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(delivery);
            }
        }
    }

    /// <summary>Null when there is none any more.</summary>
    public async Task<SubscriptionDelivery?> NextAsync()
    {
        while (await _next.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            if (_next.Reader.TryRead(out var delivery))
            {
                return delivery;
            }
        }

        return null;
    }

    /// <summary>Gives out no event any more. Those that the loop has may still be acknowledged.</summary>
    public void Stop()
    {
        _next.Writer.TryComplete();
        while (_next.Reader.TryRead(out var delivery))
        {
            delivery.Abandon();
        }
    }

    /// <summary>Nothing is acknowledged any more.</summary>
    public void Abandon()
    {
        Stop();
        SubscriptionDelivery[] open;
        lock (_lock)
        {
            open = [.. _open];
        }

        foreach (var delivery in open)
        {
            delivery.Abandon();
        }
    }
}
