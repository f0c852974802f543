using System.Globalization;

namespace Tidings.Client;

/// <summary>What <c>GET /subscriptions/{name}/events</c> answers.</summary>
/// <param name="Cursor">Where the subscription stands.</param>
/// <param name="Epoch">The history of the events.</param>
/// <param name="Events">In their order.</param>
/// <param name="Through">How far the page goes.</param>
/// <param name="Head">The last event that there is.</param>
internal sealed record PulledPage(Cursor Cursor, string Epoch, IReadOnlyList<RecordedEvent> Events, long Through, long Head);

/// <summary>One durable subscription over HTTP; each request is tried once.</summary>
internal sealed class SubscriptionApi
{
    private readonly string _name;
    private readonly HubApi _reading;
    private readonly HubApi _managing;

    public SubscriptionApi(TidingsSubscriptionOptions options, HttpClient http, ITokenSource tokens, TimeProvider timeProvider)
    {
        _name = options.Name;
        var (apiUrl, limit) = (options.ApiUrl.TrimEnd('/'), options.Timing.Attempt);
        _reading = new HubApi(http, apiUrl, tokens, options.Scopes, limit, timeProvider);
        _managing = new HubApi(http, apiUrl, tokens, options.Create?.Scopes ?? [], limit, timeProvider);
    }

    /// <exception cref="HubException">The hub refuses, or could not be asked.</exception>
    public async Task EnsureAsync(SubscriptionCreation creation, CancellationToken cancellationToken)
    {
        try
        {
            await _reading.SendAsync(HubRequest.Get(HubPath.Subscription(_name)), cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (HubException error) when (error.Code is HubCodes.SubscriptionNotFound)
        {
            // That is why it is created now.
        }

        var subscription = new NewSubscription { Name = _name, Filter = creation.Filter, Start = creation.Start };
        var request = new HubRequest(HttpMethod.Post, HubPath.Subscriptions) { Body = SubscriptionJson.Write(subscription) };
        try
        {
            await _managing.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HubException error) when (error.Code is HubCodes.SubscriptionExists)
        {
            // Another consumer was faster.
        }
    }

    /// <exception cref="HubException">The hub refuses, or could not be asked.</exception>
    public async Task<PulledPage> PullAsync(int limit, CancellationToken cancellationToken)
    {
        var rest = string.Format(CultureInfo.InvariantCulture, "/events?limit={0}", limit);
        var answer = await _reading
            .SendAsync(HubRequest.Get(HubPath.Subscription(_name, rest)), cancellationToken)
            .ConfigureAwait(false);
        var page = new AnswerReader(answer);
        return new PulledPage(
            page.Cursor("cursor"), page.Text("epoch"), page.Events("events"), page.Sequence("through"), page.Sequence("head"));
    }

    /// <exception cref="HubException">The hub refuses, or could not be asked.</exception>
    public Task AcknowledgeAsync(Cursor cursor, CancellationToken cancellationToken)
    {
        var request = new HubRequest(HttpMethod.Post, HubPath.Subscription(_name, "/ack"))
        {
            Body = SubscriptionJson.WritePlace(cursor.Epoch, cursor.Sequence),
        };
        return _reading.SendAsync(request, cancellationToken);
    }
}
