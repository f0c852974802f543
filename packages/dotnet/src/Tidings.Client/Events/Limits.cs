namespace Tidings.Client;

/// <summary>The hub's numbers that a producer or a client can run into, as <c>packages/contracts</c> has them.</summary>
internal static class Limits
{
    /// <summary>Characters (code points) of an identifier.</summary>
    public const int IdentifierCharacters = 256;

    /// <summary>Characters of an event type. Source: EventBridge, a <c>DetailType</c> has at most 128.</summary>
    public const int TypeCharacters = 128;

    /// <summary>Characters of <c>subject</c> and of any extension that is no identifier.</summary>
    public const int AttributeCharacters = 2048;

    /// <summary>Characters of one audience list.</summary>
    public const int AudienceCharacters = 16_384;

    /// <summary>Attributes of an event, <c>data</c> not counted.</summary>
    public const int Attributes = 64;

    /// <summary>UTF-8 bytes of an event as JSON: what fits into an EventBridge entry, with room for its own fields.</summary>
    public const int EventBytes = 240 * 1024;

    /// <summary>UTF-8 bytes of an event's attributes: without its data, it must fit into a socket message.</summary>
    public const int AttributeBytes = 96 * 1024;

    /// <summary>Events of one HTTP request.</summary>
    public const int BatchEvents = 100;

    /// <summary>Bytes of one HTTP request.</summary>
    public const int BatchBytes = 4 * 1024 * 1024;

    /// <summary>Levels of nesting in a JSON document.</summary>
    public const int JsonDepth = 64;

    /// <summary>Values in one list of a filter.</summary>
    public const int FilterValues = 100;

    /// <summary>Characters of a filter as JSON.</summary>
    public const int FilterCharacters = 8192;

    /// <summary>Characters of one value in a filter.</summary>
    public const int FilterValueCharacters = 256;

    /// <summary>Violations of a filter that are named: few enough for any answer.</summary>
    public const int FilterViolations = 20;

    /// <summary>Events of one page of history.</summary>
    public const int PageEvents = 1000;

    /// <summary>Characters of a client's own frame id.</summary>
    public const int FrameIdCharacters = 128;

    /// <summary>Characters of a <c>tracestate</c> that everybody has to carry. Source: W3C Trace Context, section 3.3.1.5.</summary>
    public const int TraceStateCharacters = 512;
}
