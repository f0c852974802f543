namespace Tidings.Client;

/// <summary>What a consumer says of what the hub has answered it.</summary>
internal static class SubscriptionRefusal
{
    private const int FirstRefusal = 400;

    /// <summary>
    /// A refusal that no other try can change, as the exception that ends a consumer; null for anything else. Another token
    /// may be taken; and whoever answers by a redirection is not the hub.
    /// </summary>
    public static DeliveryException? ForGood(HubException cause) =>
        cause.Status >= FirstRefusal && cause.Status != 401 && !cause.IsRetryable
            ? Consumer.Error(ErrorCodes.HubRefused, $"The hub refuses: {cause.Message}", cause)
            : null;

    /// <summary>One that another try may change.</summary>
    public static DeliveryException Passing(HubException cause) =>
        cause.Status >= FirstRefusal
            ? Consumer.Error(ErrorCodes.HubRefused, cause.Message, cause)
            : Consumer.Error(ErrorCodes.HubFailed, $"The hub could not be asked; that is tried again: {cause.Message}", cause);
}
