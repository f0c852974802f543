using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>
/// Manages the durable subscriptions of the token's tenant; <see cref="TidingsSubscription"/> consumes one. Listing, showing
/// and acknowledging take the environment's scope for reading (<c>events:read</c>); creating, changing and deleting take
/// <c>subscriptions:write</c>.
/// </summary>
/// <remarks>
/// Every call throws a <see cref="HubException"/> if the hub refuses (SCOPE_MISSING, TOKEN_EXPIRED, RATE_LIMITED and others)
/// or cannot be asked (TOKEN_FAILED, NETWORK_FAILED, HUB_UNAVAILABLE, REQUEST_REFUSED, ANSWER_INVALID). What may be tried
/// again was tried again by then.
/// </remarks>
public sealed class TidingsSubscriptions
{
    private static readonly HttpMethod Patch = new("PATCH");
    private readonly HubCalls _reading;
    private readonly HubCalls _managing;

    /// <param name="http">Sends the requests; best one that follows no redirection. It stays yours.</param>
    /// <param name="options">Where the hub is, and how it is asked.</param>
    /// <param name="tokens">Where tokens come from.</param>
    /// <param name="logger">Told of tries.</param>
    /// <param name="timeProvider">The clock; absent: the system's.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public TidingsSubscriptions(
        HttpClient http,
        TidingsHubOptions options,
        ITokenSource tokens,
        ILogger<TidingsSubscriptions>? logger = null,
        TimeProvider? timeProvider = null)
    {
        _reading = new HubCalls(http, options, tokens, options.Scopes, logger, timeProvider);
        _managing = new HubCalls(http, options, tokens, options.ManagingScopes, logger, timeProvider);
    }

    /// <summary>All of the tenant.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HubException">See the remarks of the class.</exception>
    /// <exception cref="OperationCanceledException">The caller has ended it.</exception>
    public async Task<IReadOnlyList<Subscription>> ListAsync(CancellationToken cancellationToken = default)
    {
        var answer = await _reading.CallAsync(HubRequest.Get(HubPath.Subscriptions), cancellationToken).ConfigureAwait(false);
        return [.. new AnswerReader(answer).List("subscriptions").Select(SubscriptionJson.Read)];
    }

    /// <summary>One, as it is now.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Null if there is none of the name.</returns>
    /// <exception cref="HubException">
    /// SUBSCRIPTION_INVALID if it is no name. Others: see the remarks of the class.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller has ended it.</exception>
    public async Task<Subscription?> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            var request = HubRequest.Get(PathOf(name));
            return SubscriptionJson.Read(await _reading.CallAsync(request, cancellationToken).ConfigureAwait(false));
        }
        catch (HubException error) when (error.Code is HubCodes.SubscriptionNotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Creates one. It is not tried again where an answer may have been lost: <see cref="GetAsync"/> tells whether there is
    /// one now.
    /// </summary>
    /// <param name="subscription">What to create.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HubException">
    /// SUBSCRIPTION_EXISTS if there is one of the name. SUBSCRIPTION_INVALID, FILTER_INVALID, CURSOR_INVALID if it cannot be
    /// created. Others: see the remarks of the class.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller has ended it; it may have been created all the same.</exception>
    public Task<Subscription> CreateAsync(NewSubscription subscription, CancellationToken cancellationToken = default)
    {
        var request = new HubRequest(HttpMethod.Post, HubPath.Subscriptions)
        {
            Body = SubscriptionJson.Write(subscription),
            IsRepeatable = false,
        };
        return ManageAsync(request, cancellationToken);
    }

    /// <summary>Pauses, resumes, or gives another filter.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="update">What is to change.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HubException">
    /// SUBSCRIPTION_NOT_FOUND if there is none of the name. SUBSCRIPTION_INVALID, FILTER_INVALID if the change cannot be made.
    /// Others: see the remarks of the class.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller has ended it; it may have been done all the same.</exception>
    public Task<Subscription> UpdateAsync(
        string name,
        SubscriptionUpdate update,
        CancellationToken cancellationToken = default) =>
        ManageAsync(new HubRequest(Patch, PathOf(name)) { Body = SubscriptionJson.Write(update) }, cancellationToken);

    /// <summary>Deletes one with its cursor, for good.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HubException">
    /// SUBSCRIPTION_NOT_FOUND if there is none of the name. SUBSCRIPTION_INVALID if it is no name. Others: see the remarks of
    /// the class.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller has ended it; it may have been done all the same.</exception>
    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        _managing.CallAsync(new HubRequest(HttpMethod.Delete, PathOf(name)) { DoneBy = HubCodes.SubscriptionNotFound }, cancellationToken);

    /// <summary>
    /// Everything up to here has been dealt with, and will not come again. A cursor never moves back within a history.
    /// </summary>
    /// <param name="name">Of the subscription.</param>
    /// <param name="sequence">Of the last event that was dealt with.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Where the subscription stands now.</returns>
    /// <exception cref="HubException">
    /// SUBSCRIPTION_NOT_FOUND if there is none of the name. ACK_BEYOND_HEAD if there is no such event yet. SUBSCRIPTION_PAUSED.
    /// SUBSCRIPTION_INVALID, CURSOR_INVALID if name or sequence cannot be used. Others: see the remarks of the class.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller has ended it; it may have been done all the same.</exception>
    public Task<Cursor> AcknowledgeAsync(string name, long sequence, CancellationToken cancellationToken = default) =>
        AcknowledgeAsync(name, epoch: null, HubInput.Sequence(sequence), cancellationToken);

    /// <summary>
    /// Everything up to here has been dealt with, and will not come again. A cursor never moves back within a history; to
    /// another history it moves by a cursor with its epoch.
    /// </summary>
    /// <param name="name">Of the subscription.</param>
    /// <param name="cursor">Up to where.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Where the subscription stands now.</returns>
    /// <exception cref="HubException">
    /// EPOCH_MISMATCH if the cursor is of no history of this hub. Others as of
    /// <see cref="AcknowledgeAsync(string, long, CancellationToken)"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller has ended it; it may have been done all the same.</exception>
    public Task<Cursor> AcknowledgeAsync(string name, Cursor cursor, CancellationToken cancellationToken = default)
    {
        var (epoch, sequence) = HubInput.Cursor(cursor, "");
        return AcknowledgeAsync(name, epoch, sequence, cancellationToken);
    }

    private static string PathOf(string name, string rest = "") => HubPath.Subscription(HubInput.Name(name), rest);

    private async Task<Cursor> AcknowledgeAsync(
        string name,
        string? epoch,
        long sequence,
        CancellationToken cancellationToken)
    {
        var request = new HubRequest(HttpMethod.Post, PathOf(name, "/ack"))
        {
            Body = SubscriptionJson.WritePlace(epoch, sequence),
        };
        var answer = await _reading.CallAsync(request, cancellationToken).ConfigureAwait(false);
        return new AnswerReader(answer).Cursor("cursor");
    }

    private async Task<Subscription> ManageAsync(HubRequest request, CancellationToken cancellationToken)
    {
        JsonElement answer = await _managing.CallAsync(request, cancellationToken).ConfigureAwait(false);
        return SubscriptionJson.Read(answer);
    }
}
