namespace Tidings.Client;

/// <summary>What to do about an error that the hub has answered a question for a page by.</summary>
internal enum Remedy
{
    Subscribe,
    Wait,
    Resume,
    NewToken,
    Retry,
    GiveUp,
}

internal static class Refusals
{
    /// <summary>A code that is not known, as a newer hub may have, is tried again with back-off.</summary>
    public static Remedy RemedyFor(string code) => code switch
    {
        "NOT_SUBSCRIBED" => Remedy.Subscribe,
        "RATE_LIMITED" => Remedy.Wait,
        "SUBSCRIPTION_PAUSED" => Remedy.Resume,
        "UNAUTHENTICATED" or "TENANT_CLAIM_MISSING" => Remedy.NewToken,
        _ when code.StartsWith("TOKEN_", StringComparison.Ordinal) => Remedy.NewToken,

        // Trying again, as we are, cannot help.
        "FRAME_NOT_JSON" or "FRAME_MALFORMED" or "JSON_TOO_DEEP" or "JSON_KEY_REFUSED" or "ACTION_UNKNOWN" => Remedy.GiveUp,
        "FILTER_INVALID" or "CURSOR_INVALID" => Remedy.GiveUp,
        "SUBSCRIPTION_INVALID" or "SUBSCRIPTION_NOT_FOUND" => Remedy.GiveUp,
        "SCOPE_MISSING" or "ORIGIN_REFUSED" => Remedy.GiveUp,
        _ => Remedy.Retry,
    };

    /// <summary>What the hub has answered, with its code in the inner exception.</summary>
    public static DeliveryException ErrorOf(HubFrame.Error frame)
    {
        var refusal = new HubException(new TidingsProblem(frame.Code, frame.Message) { Errors = frame.Errors })
        {
            RetryAfter = frame.RetryAfter,
        };
        var problem = new TidingsProblem(ErrorCodes.HubRefused, $"The hub refuses with {frame.Code}: {frame.Message}")
        {
            Errors = frame.Errors,
            IsRetryable = RemedyFor(frame.Code) != Remedy.GiveUp,
        };
        return new DeliveryException(problem, refusal);
    }
}
