namespace Tidings.Client;

/// <summary>Codes that only this package finds; those of the hub are in <see cref="HubCodes"/>.</summary>
public static class ErrorCodes
{
    /// <summary>A client was made with options that it cannot use.</summary>
    public const string OptionsInvalid = "OPTIONS_INVALID";

    /// <summary>Nothing to prove with who publishes: no client, no secret, no AWS credentials.</summary>
    public const string CredentialsMissing = "CREDENTIALS_MISSING";

    /// <summary>No access token could be had.</summary>
    public const string TokenFailed = "TOKEN_FAILED";

    /// <summary>No answer came.</summary>
    public const string NetworkFailed = "NETWORK_FAILED";

    /// <summary>The hub, or something before it, failed or is overloaded, and says no more.</summary>
    public const string HubUnavailable = "HUB_UNAVAILABLE";

    /// <summary>Something refused the request as a whole that does not speak as the hub does, such as a proxy.</summary>
    public const string RequestRefused = "REQUEST_REFUSED";

    /// <summary>What came back is no answer of a hub.</summary>
    public const string AnswerInvalid = "ANSWER_INVALID";

    /// <summary>The time for the call was over before there was any answer.</summary>
    public const string TimedOut = "TIMED_OUT";

    /// <summary>The caller has ended the call.</summary>
    public const string Aborted = "ABORTED";

    /// <summary>No bus is named for the event's module.</summary>
    public const string BusUnknown = "BUS_UNKNOWN";

    /// <summary>EventBridge refuses the entry, and would refuse it again.</summary>
    public const string BusRefused = "BUS_REFUSED";

    /// <summary>The handler of events has failed.</summary>
    public const string HandlerFailed = "HANDLER_FAILED";

    /// <summary>The cursor could not be loaded or saved.</summary>
    public const string StoreFailed = "STORE_FAILED";

    /// <summary>A socket could not be opened.</summary>
    public const string SocketFailed = "SOCKET_FAILED";

    /// <summary>What came was no frame of the protocol.</summary>
    public const string ProtocolBroken = "PROTOCOL_BROKEN";

    /// <summary>What was stored is no cursor. The client begins as if nothing had been stored.</summary>
    public const string StoreUnreadable = "STORE_UNREADABLE";

    /// <summary>The hub answered a request on a socket by an error; the inner exception has its code.</summary>
    public const string HubRefused = "HUB_REFUSED";

    /// <summary>The whole of a large event could not be fetched. That is tried again; what comes after it waits.</summary>
    public const string DataFailed = "DATA_FAILED";

    /// <summary>The whole of a large event is there no more. It is delivered without data.</summary>
    public const string DataGone = "DATA_GONE";

    /// <summary>The hub does not give the whole of a large event to this token. It is delivered without data.</summary>
    public const string DataRefused = "DATA_REFUSED";

    /// <summary>The hub could not be asked over HTTP. That is tried again.</summary>
    public const string HubFailed = "HUB_FAILED";
}
