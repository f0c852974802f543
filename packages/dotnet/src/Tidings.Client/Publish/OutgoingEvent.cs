using System.Diagnostics;

namespace Tidings.Client;

/// <summary>One event of a call.</summary>
internal sealed class OutgoingEvent(int index, string? id, string? type)
{
    private const int MostCharacters = 256;

    /// <summary>Position in the caller's list.</summary>
    public int Index { get; } = index;

    /// <summary>What it is sent under, or would have been. A text beyond all measure is not repeated whole.</summary>
    public string? Id { get; private set; } = id is { Length: > MostCharacters } ? id.Substring(0, MostCharacters) : id;

    public Activity? Activity { get; } = type is null ? null : TidingsDiagnostics.StartPublish(type);

    /// <summary>As it is sent; absent if it is refused here already.</summary>
    public PreparedEvent? Prepared { get; private set; }

    public PublishProblem? Rejection { get; private set; }

    public void MakeReady(PreparedEvent prepared)
    {
        Prepared = prepared;
        Id = prepared.Id;
        TidingsDiagnostics.TagPublish(Activity, prepared.Id, prepared.Type);
    }

    /// <summary>It is known what became of it.</summary>
    public void Settle(PublishProblem? rejection)
    {
        Rejection = rejection;
        if (rejection is not null)
        {
            TidingsDiagnostics.Fail(Activity, rejection.Code);
        }

        Activity?.Dispose();
    }
}
