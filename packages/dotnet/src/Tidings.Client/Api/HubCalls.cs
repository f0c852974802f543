using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Tidings.Client;

/// <summary>Requests that somebody waits for: what may be tried again is tried again for a while.</summary>
internal sealed class HubCalls
{
    private readonly HubApi _api;
    private readonly CallTiming _timing;
    private readonly TimeProvider _timeProvider;
    private readonly Func<double> _random;
    private readonly ILogger _logger;

    /// <param name="http">Sends the requests.</param>
    /// <param name="options">Where the hub is, and how it is asked.</param>
    /// <param name="tokens">Where tokens come from.</param>
    /// <param name="scopes">What a token must allow.</param>
    /// <param name="logger">Told of tries.</param>
    /// <param name="timeProvider">The clock; absent: the system's.</param>
    /// <exception cref="OptionsException">The options cannot be used.</exception>
    public HubCalls(
        HttpClient http,
        TidingsHubOptions options,
        ITokenSource tokens,
        IReadOnlyList<string> scopes,
        ILogger? logger = null,
        TimeProvider? timeProvider = null)
    {
        OptionsCheck.ApiUrl(options.ApiUrl);
        options.Timing.Check();
        _timing = options.Timing;
        _random = options.Random;
        _logger = logger ?? NullLogger.Instance;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _api = new HubApi(http, options.ApiUrl.TrimEnd('/'), tokens, scopes, _timing.Request, _timeProvider);
    }

    /// <summary>
    /// The JSON of the answer; undefined if it has none. A refused token is followed by a new one, once. Overload and
    /// failures of the hub and of the network are tried again with back-off, and not sooner than the hub asks for; a request
    /// that is not repeatable only if it has surely not been served.
    /// </summary>
    /// <exception cref="HubException">The hub refuses, or could not be asked.</exception>
    /// <exception cref="OperationCanceledException">The caller has ended it.</exception>
    public async Task<JsonElement> CallAsync(HubRequest request, CancellationToken cancellationToken)
    {
        var begun = _timeProvider.GetTimestamp();
        var backoff = new Backoff(_timing.BackoffBase, _timing.BackoffCap, _random);
        var hasNewToken = false;
        for (var tries = 1; ;)
        {
            try
            {
                return await _api.SendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (HubException error) when (tries > 1 && string.Equals(error.Code, request.DoneBy, StringComparison.Ordinal))
            {
                return default;
            }
            catch (HubException error) when (error.Status == 401 && !hasNewToken)
            {
                hasNewToken = true;
                continue;
            }
            catch (HubException error) when (error.IsRetryable && tries < _timing.Attempts && IsSafe(request, error))
            {
                var wait = Longest(backoff.Next(), error.RetryAfter ?? TimeSpan.Zero);
                if (_timeProvider.GetElapsedTime(begun) + wait >= _timing.Budget)
                {
                    throw;
                }

                HubCallsLog.Retried(_logger, error.Code, wait, tries);
                tries++;
                await Task.Delay(wait, _timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Who was not let in, or had no token, was not served.
    private static bool IsSafe(HubRequest request, HubException error) =>
        request.IsRepeatable || error.Status == 429 || error.Code is ErrorCodes.TokenFailed;

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
