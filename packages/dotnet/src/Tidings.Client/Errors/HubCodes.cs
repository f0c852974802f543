namespace Tidings.Client;

/// <summary>Placeholder until it is generated.</summary>
public static class HubCodes
{
    /// <summary>Placeholder.</summary>
    public const string EventMalformed = "EVENT_MALFORMED";
}
