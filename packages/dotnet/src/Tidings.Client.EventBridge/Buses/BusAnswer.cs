using System.Globalization;
using Amazon.Runtime;

namespace Tidings.Client;

/// <summary>What EventBridge's answer, or the lack of one, says of events.</summary>
internal static class BusAnswer
{

    /// <summary>Failed entries that may be accepted another time. Source: EventBridge API reference, <c>PutEventsResultEntry</c>.</summary>
    private static readonly HashSet<string> Temporary =
        new(StringComparer.Ordinal) { "InternalFailure", "InternalException" };

    private static readonly HashSet<string> Throttled =
        new(StringComparer.Ordinal) { "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded" };

    /// <summary>What became of one entry; of nothing, if the answer says nothing of it.</summary>
    public static Verdict OfEntry(EventBridgeResult? result)
    {
        if (result?.ErrorCode is not { } code)
        {
            return result?.EventId is null
                ? Again(ErrorCodes.AnswerInvalid, "The bus answered nothing", PublishOutcome.Unknown)
                : Verdict.Taken;
        }
        var detail = $"The bus answered {code}{(result.ErrorMessage is { } message ? $": {message}" : "")}";
        if (Throttled.Contains(code))
        {
            return Again(HubCodes.BusUnavailable, detail, PublishOutcome.NotAccepted);
        }
        return Temporary.Contains(code)
            ? Again(HubCodes.BusUnavailable, detail, PublishOutcome.Unknown)
            : new Verdict.Refused(new PublishProblem(ErrorCodes.BusRefused, detail));
    }

    /// <summary>
    /// What the SDK throws: a refusal by the service, credentials or a region that it has not found, or a lost connection.
    /// </summary>
    public static Verdict OfFailure(Exception error, TimeSpan limit) => error switch
    {
        PublishException known => new Verdict.Refused(PublishProblem.Of(known), ConcernsAll: true),
        TimeoutException => Unreached($"EventBridge has not answered within {limit.TotalMilliseconds} ms"),
        AmazonServiceException refusal when OfRefusal(refusal) is { } verdict => verdict,
        _ when IsAbout(error, "credential") => new Verdict.Refused(
            new PublishProblem(ErrorCodes.CredentialsMissing, FailureText.Of(error))
            {
                Advice = "Give the process a role, or the AWS SDK its credentials; or pass an EventBridgeClient that has them",
            },
            ConcernsAll: true),
        _ when IsAbout(error, "No RegionEndpoint") => new Verdict.Refused(
            new PublishProblem(ErrorCodes.OptionsInvalid, FailureText.Of(error))
            {
                Advice = "Set AWS_REGION, or pass an EventBridgeClient that has a region",
            },
            ConcernsAll: true),
        _ => Unreached($"EventBridge could not be reached: {FailureText.Of(error)}"),
    };

    /// <summary>Nothing if it is no refusal, such as a redirection.</summary>
    private static Verdict? OfRefusal(AmazonServiceException refusal)
    {
        var status = (int)refusal.StatusCode;
        var detail = $"{refusal.ErrorCode ?? refusal.GetType().Name}: {FailureText.Of(refusal)}";
        if (status == 429 || Throttled.Contains(refusal.ErrorCode ?? ""))
        {
            return Again(HubCodes.BusUnavailable, detail, PublishOutcome.NotAccepted, concernsAll: true, status);
        }
        if (status >= 500)
        {
            return Again(HubCodes.BusUnavailable, detail, PublishOutcome.Unknown, concernsAll: true, status);
        }
        return status >= 400
            ? new Verdict.Refused(new PublishProblem(ErrorCodes.BusRefused, detail) { Status = status })
            : null;
    }

    private static Verdict.Again Unreached(string detail) =>
        Again(ErrorCodes.NetworkFailed, detail, PublishOutcome.Unknown, concernsAll: true);

    private static Verdict.Again Again(
        string code,
        string detail,
        PublishOutcome outcome,
        bool concernsAll = false,
        int? status = null)
    {
        var problem = new PublishProblem(code, detail) { Outcome = outcome, IsRetryable = true, Status = status };
        return new Verdict.Again(problem, ConcernsAll: concernsAll);
    }

    private static bool IsAbout(Exception error, string subject) =>
        error is AmazonClientException or AmazonServiceException
        && CultureInfo.InvariantCulture.CompareInfo.IndexOf(error.Message, subject, CompareOptions.OrdinalIgnoreCase) >= 0;
}
