namespace Tidings.Client;

/// <summary>What a token source has thrown.</summary>
internal static class TokenFailure
{
    /// <summary>Whether it may give a token the next time: its network has failed, or it says so itself.</summary>
    public static bool IsPassing(Exception exception) =>
        exception is HttpRequestException or OperationCanceledException or TidingsException { IsRetryable: true };
}
