using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace Tidings.Client;

/// <summary>What requests need, whichever call they belong to.</summary>
internal sealed record HubAccess(
    HttpClient Http,
    Uri Url,
    ITokenSource Tokens,
    PublishTiming Timing,
    TimeProvider TimeProvider,
    ILogger Logger);

/// <summary>The requests of one call. One token is asked for all of its modules, unless the issuer refuses it.</summary>
internal sealed class HubTransport : IEventTransport
{
    private readonly HubAccess _access;
    private readonly IReadOnlyList<string> _scopes;
    private bool _areApart;

    /// <param name="access">What requests need.</param>
    /// <param name="events">All of the call.</param>
    public HubTransport(HubAccess access, IReadOnlyList<PreparedEvent> events)
    {
        _access = access;
        _scopes = ModulesOf(events);
    }

    public int MaxEvents => Limits.BatchEvents;

    // The brackets around a batch, and a comma after each event but the last.
    public int MaxBytes => Limits.BatchBytes - 1;

    public int BytesOf(PreparedEvent prepared) => prepared.Json.Length + 1;

    public async Task<IReadOnlyList<Verdict>> SendAsync(
        IReadOnlyList<PreparedEvent> events,
        CancellationToken cancellationToken)
    {
        var scopes = _areApart ? ModulesOf(events) : _scopes;
        try
        {
            var answer = await AskAsync(events, scopes, cancellationToken).ConfigureAwait(false);
            return answer.Read(events);
        }
        catch (PublishException exception)
        {
            if (exception.OAuthError is "invalid_scope")
            {
                if (ModulesOf(events).Count > 1)
                {
                    _areApart = true;
                    return [.. events.Select(_ => new Verdict.Apart(ByModule: true))];
                }

                if (scopes.Count > 1)
                {
                    _areApart = true;
                    return await SendAsync(events, cancellationToken).ConfigureAwait(false);
                }
            }

            var verdict = VerdictOf(exception);
            return [.. events.Select(_ => verdict)];
        }
    }

    private async Task<HubAnswer> AskAsync(
        IReadOnlyList<PreparedEvent> events,
        IReadOnlyList<string> scopes,
        CancellationToken cancellationToken)
    {
        var token = await TokenAsync(TokenReason.Connect, scopes, cancellationToken).ConfigureAwait(false);
        var answer = await PostAsync(events, token, cancellationToken).ConfigureAwait(false);
        if (answer.Status != 401)
        {
            return answer;
        }

        // It may have been revoked, or the hub's clock may be ahead.
        _access.Logger.TokenRefused();
        token = await TokenAsync(TokenReason.Refused, scopes, cancellationToken).ConfigureAwait(false);
        return await PostAsync(events, token, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="PublishException">TOKEN_FAILED, or why the token source cannot be used.</exception>
    private async Task<string> TokenAsync(
        TokenReason reason,
        IReadOnlyList<string> scopes,
        CancellationToken cancellationToken)
    {
        var limit = _access.Timing.Request;
        string? token;
        try
        {
            token = await TimedCall.RunAsync(
                ended => _access.Tokens.GetTokenAsync(new TokenRequest(reason, scopes), ended).AsTask(),
                limit,
                _access.TimeProvider,
                cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nothing was sent, so nothing is unknown.
            throw TokenFailed("No token came before the call ended", isRetryable: true);
        }
        catch (TokenException exception)
        {
            throw new PublishProblem(exception.Code, exception.Detail)
            {
                IsRetryable = exception.IsRetryable,
                OAuthError = exception.OAuthError,
                Status = exception.Status,
            }.ToException();
        }
        catch (TimeoutException)
        {
            throw TokenFailed($"No token came within {limit.TotalMilliseconds} ms", isRetryable: true);
        }
        catch (Exception exception)
        {
            // Whatever a source of the user's may throw.
            throw TokenFailed($"The token source failed: {FailureText.Of(exception)}", TokenFailure.IsPassing(exception));
        }

        return TokenText.IsSendable(token)
            ? token
            : throw TokenFailed(
                "Expected a token of printable ASCII characters, found one that is empty or has other characters",
                isRetryable: false);
    }

    /// <exception cref="PublishException">NETWORK_FAILED</exception>
    private async Task<HubAnswer> PostAsync(
        IReadOnlyList<PreparedEvent> events,
        string token,
        CancellationToken cancellationToken)
    {
        var limit = _access.Timing.Request;
        using var content = ContentOf(events);
        string why;
        try
        {
            return await TimedCall.RunAsync(
                async ended =>
                {
                    using var request = RequestFor(content, token);
                    using var response = await _access.Http
                        .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended)
                        .ConfigureAwait(false);
                    return await HubAnswer
                        .OfAsync(response, _access.Url, token, _access.TimeProvider.GetUtcNow(), ended)
                        .ConfigureAwait(false);
                },
                limit,
                _access.TimeProvider,
                cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (HttpRequestException) when (content.RedirectedTo is not null)
        {
            return HubAnswer.Elsewhere(content.RedirectedTo);
        }
        catch (TimeoutException)
        {
            why = $"no answer within {limit.TotalMilliseconds} ms";
        }
        catch (Exception exception)
        {
            // What was thrown is not passed on: it may have the request attached, with the token.
            why = FailureText.Of(exception, token);
        }

        throw new PublishProblem(ErrorCodes.NetworkFailed, $"The hub could not be reached: {why}")
        {
            Outcome = PublishOutcome.Unknown,
            IsRetryable = true,
        }.ToException();
    }

    private HttpRequestMessage RequestFor(BoundContent content, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _access.Url) { Content = content };
        content.Request = request;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Accept.ParseAdd("application/json, application/problem+json");
        return request;
    }

    private static BoundContent ContentOf(IReadOnlyList<PreparedEvent> events)
    {
        var isSingle = events.Count == 1;
        var content = new BoundContent(isSingle ? events[0].Json.ToArray() : BatchOf(events));
        content.Headers.ContentType = new MediaTypeHeaderValue(
            isSingle ? "application/cloudevents+json" : "application/cloudevents-batch+json");
        return content;
    }

    private static byte[] BatchOf(IReadOnlyList<PreparedEvent> events)
    {
        var batch = new byte[1 + events.Sum(prepared => prepared.Json.Length + 1)];
        var at = 0;
        foreach (var prepared in events)
        {
            batch[at] = (byte)(at == 0 ? '[' : ',');
            prepared.Json.Span.CopyTo(batch.AsSpan(at + 1));
            at += prepared.Json.Length + 1;
        }

        batch[at] = (byte)']';
        return batch;
    }

    private static List<string> ModulesOf(IEnumerable<PreparedEvent> events) =>
        [.. events.Select(prepared => prepared.Module).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// A refused scope concerns the events of its modules; without a token or a network nothing can be sent at all.
    /// </summary>
    private static Verdict VerdictOf(PublishException exception)
    {
        var concernsAll = exception.OAuthError is not "invalid_scope";
        var problem = PublishProblem.Of(exception);
        return exception.IsRetryable
            ? new Verdict.Again(problem, ConcernsAll: concernsAll)
            : new Verdict.Refused(problem, concernsAll);
    }

    private static PublishException TokenFailed(string detail, bool isRetryable) =>
        new PublishProblem(ErrorCodes.TokenFailed, detail) { IsRetryable = isRetryable }.ToException();
}
