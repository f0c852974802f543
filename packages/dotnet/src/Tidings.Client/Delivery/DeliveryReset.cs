namespace Tidings.Client;

/// <summary>
/// History was cut: events before <paramref name="Oldest"/> that had not come will never come. Delivery goes on with it.
/// </summary>
/// <param name="Reason">Why.</param>
/// <param name="Epoch">The history that counts from now on.</param>
/// <param name="Oldest">The first event that is left; one above the head if there is none.</param>
/// <param name="Head">The newest event.</param>
/// <param name="Previous">What had been delivered before.</param>
public sealed record DeliveryReset(ResetReason Reason, string Epoch, long Oldest, long Head, Cursor? Previous);
