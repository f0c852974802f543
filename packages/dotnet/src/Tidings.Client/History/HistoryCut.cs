using System.Text.Json;

namespace Tidings.Client;

/// <summary>What follows a cursor is gone, in part or as a whole; this is left.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Epoch">The history that there is now.</param>
/// <param name="Oldest">The first event that is left; one above <paramref name="Head"/> if there is none.</param>
/// <param name="Head">The last event that there is.</param>
public sealed record HistoryCut(ResetReason Reason, string Epoch, long Oldest, long Head)
{
    /// <summary>What a problem of the hub says; null if it is another, or cannot be read.</summary>
    internal static HistoryCut? In(HubException refusal)
    {
        if (!string.Equals(refusal.Code, HubCodes.HistoryCut, StringComparison.Ordinal)
            || refusal.Problem is not { } problem
            || ReasonIn(problem) is not { } reason)
        {
            return null;
        }

        try
        {
            var reader = new AnswerReader(problem);
            return new HistoryCut(reason, reader.Text("epoch"), reader.Sequence("oldest"), reader.Sequence("head"));
        }
        catch (HubException)
        {
            return null;
        }
    }

    private static ResetReason? ReasonIn(JsonElement problem) => HubJson.TextIn(problem, "reason") switch
    {
        "retention" => ResetReason.Retention,
        "epoch" => ResetReason.Epoch,
        "ahead" => ResetReason.Ahead,
        _ => null,
    };
}
