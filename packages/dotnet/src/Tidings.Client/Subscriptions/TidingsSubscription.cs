using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Tidings.Client;

/// <summary>
/// Consumes a durable subscription: the hub keeps filter and cursor under its name. The token needs the environment's scope
/// for reading (<c>events:read</c>), and <c>subscriptions:write</c> where it is to create the subscription.
/// </summary>
/// <remarks>
/// <para>
/// Each event comes at least once, in order. It is acknowledged when its handler is done, together with everything before
/// it; what was not acknowledged when the process ended comes again in its next life, and so may what was, if the hub was
/// not reached. Handlers that are called several at a time begin in order; of those that ended before one that failed, those
/// after it come again too. So a handler must bear to see an event twice.
/// </para>
/// <para>
/// A paused subscription is waited for, and so is a hub that cannot be reached. One that was deleted, or a token without the
/// scope, ends the consumer with a <see cref="DeliveryException"/> of the code HUB_REFUSED; the
/// <see cref="Exception.InnerException"/> is the <see cref="HubException"/> with the hub's own code.
/// </para>
/// <para>One consumer runs once: either by <see cref="RunAsync"/> or by <see cref="ReadAllAsync"/>.</para>
/// </remarks>
public sealed class TidingsSubscription : IAsyncDisposable
{
    private readonly TidingsSubscriptionOptions _options;
    private readonly SubscriptionApi _api;
    private readonly Consumer _consumer;
    private readonly TimeProvider _timeProvider;
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _hasBegun;

    /// <summary>Begins nothing yet.</summary>
    /// <param name="http">Sends the requests; best one that follows no redirection. It stays yours.</param>
    /// <param name="options">What it can be told.</param>
    /// <param name="tokens">Where tokens come from.</param>
    /// <param name="logger">Told of what goes wrong.</param>
    /// <param name="timeProvider">The clock; absent: the system's.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public TidingsSubscription(
        HttpClient http,
        TidingsSubscriptionOptions options,
        ITokenSource tokens,
        ILogger<TidingsSubscription>? logger = null,
        TimeProvider? timeProvider = null)
    {
        options.Check();
        _options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _api = new SubscriptionApi(options, http, tokens, _timeProvider);
        _consumer = new Consumer(options, new UnfailingLogger(logger ?? (ILogger)NullLogger.Instance), _timeProvider);
    }

    /// <summary>What the consumer is at.</summary>
    public ConnectionState State => _consumer.Connection.State;

    /// <summary>
    /// Gives each event to a handler until <see cref="StopAsync"/> is called or the token is cancelled; both end it normally,
    /// once the handlers at work have ended and what they have done is acknowledged.
    /// </summary>
    /// <param name="handler">
    /// When it ends, the event is done and will be acknowledged; when it throws, the event and what follows come again after
    /// a while, which <see cref="TidingsSubscriptionOptions.Error"/> is told of (HANDLER_FAILED). Its token is cancelled when
    /// it is not waited for any more.
    /// </param>
    /// <param name="cancellationToken">
    /// Stops the consumer. Handlers are waited for as long as <see cref="TidingsSubscriptionOptions.StopTimeout"/> says.
    /// </param>
    /// <exception cref="DeliveryException">
    /// HUB_REFUSED if the hub refuses for good: SUBSCRIPTION_NOT_FOUND, SCOPE_MISSING, TENANT_CLAIM_MISSING and others are the
    /// codes of its inner exception.
    /// </exception>
    /// <exception cref="InvalidOperationException">It has begun or was stopped before.</exception>
    public Task RunAsync(
        Func<RecordedEvent, CancellationToken, Task> handler,
        CancellationToken cancellationToken = default)
    {
        Begin();
        return ConsumeAsync(recorded => HandleAsync(handler, recorded), cancellationToken);
    }

    /// <summary>
    /// The events for <c>await foreach</c>: say <see cref="SubscriptionDelivery.Ack"/> of each that was dealt with. With a
    /// concurrency of 1, one that was not acknowledged when the loop asks for the next was not dealt with: it comes again
    /// after a while. With more, so many are given before the first of them has been acknowledged or not. Leaving the loop
    /// stops the consumer, sends the last acknowledgement, and what was not acknowledged by then comes again.
    /// <see cref="StopAsync"/> ends the loop normally, after what it has been given was answered.
    /// </summary>
    /// <param name="cancellationToken">Ends the loop as leaving it does.</param>
    /// <exception cref="DeliveryException">As of <see cref="RunAsync"/>.</exception>
    /// <exception cref="InvalidOperationException">It has begun or was stopped before.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<SubscriptionDelivery> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Begin();
        var loop = new DeliveryLoop();
        using var stopping = _consumer.Stopping.Register(loop.Stop);
        var consuming = ConsumeAsync(loop.HandleAsync, cancellationToken, loop);
        var hasEnded = false;
        try
        {
            while (await loop.NextAsync().ConfigureAwait(false) is { } delivery)
            {
                yield return delivery;
                if (_options.Concurrency == 1)
                {
                    delivery.Nack();
                }
            }

            hasEnded = !cancellationToken.IsCancellationRequested;
        }
        finally
        {
            if (!hasEnded)
            {
                _consumer.Stop();
                loop.Abandon();
                await consuming.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default).ConfigureAwait(false);
            }
        }

        await consuming.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Gives out no event any more, waits for the handlers that are at work, and acknowledges what is done. Calling it again
    /// only waits, or shortens the wait. Do not wait for it in a handler, or in a loop before
    /// <see cref="SubscriptionDelivery.Ack"/>: it waits for those.
    /// </summary>
    /// <param name="timeout">
    /// How long handlers are waited for; absent: for as long as they take. What is not done by then comes again in the next
    /// life.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; the consumer stops all the same.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task StopAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var wasNew = Interlocked.Exchange(ref _hasBegun, 1) == 0;
        _consumer.Stop();
        if (wasNew)
        {
            End(failure: null);
        }

        await EndAsync(timeout ?? Timeout.InfiniteTimeSpan)
            .WaitAsync(Timeout.InfiniteTimeSpan, _timeProvider, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Stops as <see cref="StopAsync"/> does, within <see cref="TidingsSubscriptionOptions.StopTimeout"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(_options.StopTimeout).ConfigureAwait(false);
        _consumer.Dispose();
    }

    private void Begin()
    {
        if (Interlocked.Exchange(ref _hasBegun, 1) == 1)
        {
            throw new InvalidOperationException("Expected a consumer that has not begun and was not stopped: make another one");
        }
    }

    private async Task ConsumeAsync(
        Func<RecordedEvent, Task<bool>> handle,
        CancellationToken cancellationToken,
        DeliveryLoop? loop = null)
    {
        using var registration = cancellationToken.Register(() => _ = StopAsync(_options.StopTimeout));
        DeliveryException? failure = null;
        try
        {
            await EnsureAsync().ConfigureAwait(false);
            await new PullTransport(_options, _api, _consumer, handle, _timeProvider).RunAsync().ConfigureAwait(false);
        }
        catch (DeliveryException refusal)
        {
            failure = refusal;
        }
        catch (Exception cause)
        {
            failure = Consumer.Error(ErrorCodes.HubFailed, "The consumer broke", cause);
        }

        loop?.Abandon();
        End(failure);
        if (failure is not null)
        {
            throw failure;
        }
    }

    private async Task<bool> HandleAsync(Func<RecordedEvent, CancellationToken, Task> handler, RecordedEvent recorded)
    {
        using var activity = TidingsDiagnostics.StartProcess(recorded, _options.Name);
        try
        {
            await handler(recorded, _consumer.GivenUp).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (_consumer.GivenUp.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception)
        {
            TidingsDiagnostics.Fail(activity, ErrorCodes.HandlerFailed);
            throw;
        }
    }

    /// <summary>Creates the subscription, if that is asked for.</summary>
    private async Task EnsureAsync()
    {
        while (_options.Create is { } creation && !_consumer.IsStopping)
        {
            try
            {
                await _api.EnsureAsync(creation, _consumer.Stopping).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (_consumer.IsStopping)
            {
                return;
            }
            catch (HubException cause)
            {
                if (SubscriptionRefusal.ForGood(cause) is { } refusal)
                {
                    throw refusal;
                }

                const string Detail = "The subscription could not be created; that is tried again";
                _consumer.Report(Consumer.Error(ErrorCodes.HubFailed, $"{Detail}: {cause.Message}", cause));
                await _consumer
                    .PauseAsync(StatusReason.HubFailed, ConnectionSignal.Lost, cause.RetryAfter)
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>The timeout holds also if nobody waits for the end.</summary>
    private async Task EndAsync(TimeSpan timeout)
    {
        using var timer = GiveUpAfter(timeout);
        await _ended.Task.ConfigureAwait(false);
    }

    private ITimer? GiveUpAfter(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan || timeout > TimerLength.Longest)
        {
            return null;
        }

        if (timeout > TimeSpan.Zero)
        {
            return _timeProvider.CreateTimer(_ => _consumer.GiveUp(), null, timeout, Timeout.InfiniteTimeSpan);
        }

        _consumer.GiveUp();
        return null;
    }

    private void End(DeliveryException? failure)
    {
        _consumer.Stop();
        if (failure is not null)
        {
            _consumer.ReportEnd(failure);
        }

        _consumer.Connection.Signal(ConnectionSignal.Closed, failure is null ? StatusReason.Closed : StatusReason.Refused);
        _ended.TrySetResult(true);
    }
}
