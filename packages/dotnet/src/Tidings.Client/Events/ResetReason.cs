namespace Tidings.Client;

/// <summary>Why a cursor cannot be continued from.</summary>
public enum ResetReason
{
    /// <summary>Events after the cursor are past their time.</summary>
    Retention,

    /// <summary>The cursor counts in another history: a table was restored, or the cursor is another hub's.</summary>
    Epoch,

    /// <summary>The cursor is ahead of the head: of this history, it cannot be.</summary>
    Ahead,
}
