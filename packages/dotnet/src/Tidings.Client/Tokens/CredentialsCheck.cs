namespace Tidings.Client;

/// <summary>Whether credentials can be used at all.</summary>
internal static class CredentialsCheck
{
    /// <exception cref="OptionsException">CREDENTIALS_MISSING, OPTIONS_INVALID</exception>
    public static void Require(ClientCredentials credentials)
    {
        RequireText(nameof(credentials.ClientId), credentials.ClientId);
        RequireText(nameof(credentials.ClientSecret), credentials.ClientSecret);
        var (tokenUrl, issuer) = (credentials.TokenUrl, credentials.Issuer);
        if ((tokenUrl is null) == (issuer is null))
        {
            var found = tokenUrl is null ? "neither" : "both";
            throw Refuse(ErrorCodes.CredentialsMissing, $"Expected TokenUrl or Issuer, found {found}");
        }

        if (HubUrl.Problem(tokenUrl ?? issuer) is { } problem)
        {
            var name = tokenUrl is null ? nameof(credentials.Issuer) : nameof(credentials.TokenUrl);
            throw Refuse(ErrorCodes.OptionsInvalid, $"Not to be used as {name}: {problem}");
        }
    }

    private static void RequireText(string name, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            var found = value is null ? "nothing" : "an empty string";
            throw Refuse(ErrorCodes.CredentialsMissing, $"Expected {name} to be a string with characters, found {found}");
        }
    }

    private static OptionsException Refuse(string code, string detail) => new(detail, code: code);
}
