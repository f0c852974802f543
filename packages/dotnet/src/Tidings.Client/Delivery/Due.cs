namespace Tidings.Client;

/// <summary>An event that is due now, and the cursor that holds as soon as it has been dealt with.</summary>
/// <param name="Event">What is due.</param>
/// <param name="Cursor">Absent if something before the event is still missing: the cursor stays where it is.</param>
internal readonly record struct Due(RecordedEvent Event, Cursor? Cursor);

/// <summary>A question for a page, as it was when it was asked.</summary>
/// <param name="Start"><see cref="StartFrom.Now"/>: from the head on.</param>
/// <param name="Generation">Of which history, since the client began: a reset begins another.</param>
internal sealed record Question(StartFrom Start, int Generation);

/// <summary>Most stretches above the cursor to remember, and most events to hold. What does not fit is asked for again.</summary>
internal sealed record DeliveryLimits(int Ranges = 256, int Held = 1000);
