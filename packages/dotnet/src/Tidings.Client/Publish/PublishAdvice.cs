namespace Tidings.Client;

/// <summary>What to do about a code.</summary>
internal static class PublishAdvice
{
    private const string Mend = "Mend what \"Errors\" names, then publish the event again";
    private const string Again = "Publish it again under the same id, which never records it twice";

    private const string CheckToken =
        "Check that the issuer, the audience and the scopes of the token are those that the hub trusts";

    private const string CheckApiUrl = "Check that \"ApiUrl\" is the base URL of the hub's HTTP API";

    /// <param name="code">The hub's code, or one of this package's.</param>
    /// <param name="oAuthError">The code of the issuer's refusal, if it is one.</param>
    public static string For(string code, string? oAuthError = null) => code switch
    {
        HubCodes.EventMalformed or HubCodes.EventDataInvalid or HubCodes.JsonTooDeep or HubCodes.JsonKeyRefused => Mend,
        HubCodes.JsonNumberRefused => "Send large numbers as strings, as far as the schema allows it",
        HubCodes.EventTypeUnknown =>
            "Check the name. If the type is new, install a version of Tidings.Client that knows it",
        HubCodes.EventSourceMismatch => "Leave the source out: it follows from the type",
        HubCodes.EventTooLarge =>
            "Keep the large part elsewhere and publish a reference to it, or publish several events",
        HubCodes.ScopeMissing =>
            "Let the issuer grant this client the scope that is named like the event's module, "
            + "and leave \"ClientCredentials.Scopes\" out or name that scope in it",
        HubCodes.TenantMismatch => "Use credentials for the event's tenant, or publish events of the token's tenant only",
        HubCodes.TokenExpired => "Check the clock of this machine, and that the token source gives a token that is still good",
        HubCodes.TokenNotYetValid => "Check the clock of this machine",
        HubCodes.TokenMissing => "Check that nothing on the way, such as a proxy, takes off the Authorization header",
        HubCodes.RateLimited => $"Publish less at once, or wait. {Again}",
        HubCodes.BusUnavailable or HubCodes.InternalError or HubCodes.IssuerUnavailable => Again,
        ErrorCodes.HubUnavailable or ErrorCodes.Aborted => Again,
        ErrorCodes.AnswerInvalid => $"Check that \"ApiUrl\" is that of a Tidings hub. {Again}",
        ErrorCodes.NetworkFailed => $"Check \"ApiUrl\" and the network. {Again}",
        ErrorCodes.TimedOut =>
            $"Give the call more time by \"PublishTiming.Budget\", or publish fewer events at once. {Again}",
        ErrorCodes.RequestRefused => $"{CheckApiUrl}, and what stands between",
        HubCodes.RouteNotFound => CheckApiUrl,
        ErrorCodes.CredentialsMissing =>
            "Give \"ClientCredentials\" a client id, a client secret, and an issuer or a token URL",
        ErrorCodes.BusUnknown => "Name a bus for every module in \"Buses\" or in TIDINGS_BUSES, or the environment",
        ErrorCodes.BusRefused => "Check the name of the bus, and that this role may do events:PutEvents on it",
        ErrorCodes.OptionsInvalid => "Mend the option that is named",
        ErrorCodes.TokenFailed => OfIssuer(oAuthError),
        _ when code.StartsWith("TOKEN_", StringComparison.Ordinal) || code is HubCodes.Unauthenticated => CheckToken,
        _ => "See \"Detail\" for what was wrong",
    };

    private static string OfIssuer(string? oAuthError) => oAuthError switch
    {
        "invalid_client" => "Check the client id and the client secret, and that the issuer knows the client",
        "invalid_scope" =>
            "Let the issuer grant this client the scopes that are named like the events' modules, "
            + "or name the granted ones in \"ClientCredentials.Scopes\"",
        "unauthorized_client" => "Let the issuer allow this client the grant \"client_credentials\"",
        "unsupported_grant_type" => "Use an issuer that supports the grant \"client_credentials\"",
        "invalid_request" => "Check what the issuer asks for besides, such as \"ClientCredentials.Audience\"",
        "invalid_target" => "Check \"ClientCredentials.Audience\"",
        _ => "Check that the token endpoint is right and can be reached",
    };
}
