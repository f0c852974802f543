using System.Net.Http.Headers;
using System.Text.Json;

namespace Tidings.Client;

/// <summary>Authorised requests over HTTP, each tried once.</summary>
internal sealed class HubApi
{
    // API Gateway itself gives up after 30 s; who asks for a quarter of an hour or more is not believed.
    private static readonly TimeSpan MostRetryAfter = TimeSpan.FromMinutes(15);
    // Who answers more is no hub. A function's response has at most 6 MiB.
    private const int MostBytes = 8 * 1024 * 1024;
    // A token that lasts so long will do for a request.
    private static readonly TimeSpan Safe = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http;
    private readonly string _apiUrl;
    private readonly KeptToken _tokens;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _limit;

    /// <param name="http">Sends the requests; best one that follows no redirection.</param>
    /// <param name="apiUrl">Without a slash at its end.</param>
    /// <param name="tokens">Where tokens come from.</param>
    /// <param name="scopes">What a token must allow.</param>
    /// <param name="limit">For a token and an answer together.</param>
    /// <param name="timeProvider">The clock.</param>
    public HubApi(
        HttpClient http,
        string apiUrl,
        ITokenSource tokens,
        IReadOnlyList<string> scopes,
        TimeSpan limit,
        TimeProvider timeProvider)
    {
        _http = http;
        _apiUrl = apiUrl;
        _limit = limit;
        _timeProvider = timeProvider;
        _tokens = new KeptToken(tokens, scopes, timeProvider, Safe, limit);
    }

    /// <summary>The JSON of the answer; undefined if it has none. After a refused token the next request asks for a new one.</summary>
    /// <exception cref="HubException">The hub refuses, or could not be asked.</exception>
    /// <exception cref="OperationCanceledException">The caller has ended it.</exception>
    public async Task<JsonElement> SendAsync(HubRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new Deadline(_limit, _timeProvider, cancellationToken);
        var token = await TokenAsync(deadline.Token, cancellationToken).ConfigureAwait(false);
        var answer = await AnswerAsync(request, token, deadline.Token, cancellationToken).ConfigureAwait(false);
        if (answer.Status is >= 200 and < 300)
        {
            return JsonOf(answer);
        }

        if (answer.Status == 401)
        {
            _tokens.Refuse(token);
        }

        throw HubRefusal.Of(answer.Status, TokenText.HideIn(answer.Body ?? [], token), answer.RetryAfter);
    }

    private async Task<string> TokenAsync(CancellationToken limited, CancellationToken cancellationToken)
    {
        string? token;
        var asking = _tokens.GetAsync();
        try
        {
            token = await asking.WaitAsync(Timeout.InfiniteTimeSpan, _timeProvider, limited).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Who has not answered for so long is not waited for by the next request.
            _tokens.Forget(asking);
            throw Failed(ErrorCodes.TokenFailed, $"No token came within {_limit.TotalSeconds} s", isRetryable: true);
        }
        catch (Exception cause)
        {
            var detail = $"The token source failed: {FailureText.Of(cause)}";
            throw Failed(ErrorCodes.TokenFailed, detail, TokenFailure.IsPassing(cause), cause);
        }

        return TokenText.IsSendable(token)
            ? token
            : throw Failed(
                ErrorCodes.TokenFailed,
                "Expected a token of printable ASCII characters, found one that is empty or has others");
    }

    private async Task<Answer> AnswerAsync(
        HubRequest request,
        string token,
        CancellationToken limited,
        CancellationToken cancellationToken)
    {
        var url = new Uri(_apiUrl + request.Path);
        using var message = new HttpRequestMessage(request.Method, url);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        message.Headers.Accept.ParseAdd("application/json, application/problem+json");
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using var response = await _http
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limited)
                .ConfigureAwait(false);
            // The framework sends no token with a redirection that it follows, but whose answer is this?
            if (response.RequestMessage?.RequestUri is { } answered && answered != url)
            {
                throw Failed(
                    ErrorCodes.RequestRefused,
                    $"Expected an answer of the hub, found a redirection to {answered.Host}: correct the API's URL");
            }

            var content = await LimitedContent.ReadAsync(response.Content, MostBytes, limited).ConfigureAwait(false);
            return new Answer((int)response.StatusCode, content, RetryAfterOf(response));
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw Failed(ErrorCodes.NetworkFailed, "The hub could not be reached: no answer came in time", isRetryable: true);
        }
        catch (Exception cause) when (cause is not HubException)
        {
            throw Failed(
                ErrorCodes.NetworkFailed,
                $"The hub could not be reached: {FailureText.Of(cause, token)}",
                isRetryable: true,
                FailureText.IsClean(cause, token) ? cause : null);
        }
    }

    private static JsonElement JsonOf(Answer answer)
    {
        if (answer.Body is { Length: 0 })
        {
            return default;
        }

        return (answer.Body is { } body ? HubJson.TryParse(body) : null)
            ?? throw new HubException(
                new TidingsProblem(ErrorCodes.AnswerInvalid, "Expected JSON, found something else")
                {
                    Status = answer.Status,
                    IsRetryable = true,
                });
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) =>
        RetryAfter.Of(response, _timeProvider.GetUtcNow()) is { } wait && wait < MostRetryAfter ? wait : null;

    private static HubException Failed(string code, string detail, bool isRetryable = false, Exception? cause = null) =>
        new(new TidingsProblem(code, detail) { IsRetryable = isRetryable }, cause);

    /// <param name="Status">The HTTP status.</param>
    /// <param name="Body">Absent if there was no end to it.</param>
    /// <param name="RetryAfter">How long to wait before another try, if that was said.</param>
    private sealed record Answer(int Status, byte[]? Body, TimeSpan? RetryAfter);
}
