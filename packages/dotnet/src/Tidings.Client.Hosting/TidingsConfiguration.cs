using Microsoft.Extensions.Configuration;

namespace Tidings.Client;

/// <summary>
/// Reads options out of a configuration, by name: so nothing is found by reflection, and what is misspelt is reported
/// instead of being left out.
/// </summary>
internal static class TidingsConfiguration
{
    private static readonly string[] Known =
        [nameof(TidingsOptions.ApiUrl), nameof(TidingsOptions.SocketUrl), nameof(TidingsOptions.Credentials)];

    private static readonly string[] KnownOfCredentials =
    [
        nameof(ClientCredentials.ClientId),
        nameof(ClientCredentials.ClientSecret),
        nameof(ClientCredentials.TokenUrl),
        nameof(ClientCredentials.Issuer),
        nameof(ClientCredentials.Scopes),
        nameof(ClientCredentials.Audience),
        nameof(ClientCredentials.Authentication),
        nameof(ClientCredentials.Parameters),
    ];

    public static void Read(IConfiguration configuration, TidingsOptions options)
    {
        ReportUnknown(configuration, Known, options);
        options.ApiUrl = configuration[nameof(TidingsOptions.ApiUrl)] ?? options.ApiUrl;
        options.SocketUrl = configuration[nameof(TidingsOptions.SocketUrl)] ?? options.SocketUrl;
        var credentials = configuration.GetSection(nameof(TidingsOptions.Credentials));
        if (credentials.GetChildren().Any())
        {
            ReportUnknown(credentials, KnownOfCredentials, options);
            options.Credentials = ReadCredentials(credentials, options);
        }
    }

    /// <summary>What is absent stays absent: the validation says so.</summary>
    private static ClientCredentials ReadCredentials(IConfigurationSection section, TidingsOptions options) => new()
    {
        ClientId = section[nameof(ClientCredentials.ClientId)]!,
        ClientSecret = section[nameof(ClientCredentials.ClientSecret)]!,
        TokenUrl = section[nameof(ClientCredentials.TokenUrl)],
        Issuer = section[nameof(ClientCredentials.Issuer)],
        Audience = section[nameof(ClientCredentials.Audience)],
        Scopes = ReadScopes(section.GetSection(nameof(ClientCredentials.Scopes))),
        Authentication = ReadAuthentication(section.GetSection(nameof(ClientCredentials.Authentication)), options),
        Parameters = section.GetSection(nameof(ClientCredentials.Parameters)).GetChildren()
            .ToDictionary(parameter => parameter.Key, parameter => parameter.Value ?? "", StringComparer.Ordinal),
    };

    /// <summary>A list, or a text with spaces, as OAuth2 writes scopes.</summary>
    private static string[]? ReadScopes(IConfigurationSection section)
    {
        var listed = section.GetChildren().Select(scope => scope.Value ?? "").ToArray();
        return listed.Length > 0 ? listed : section.Value?.Split([' '], StringSplitOptions.RemoveEmptyEntries);
    }

    private static ClientAuthentication ReadAuthentication(IConfigurationSection section, TidingsOptions options)
    {
        if (section.Value is not { } text)
        {
            return default;
        }

        // Names only: a number would be taken for whatever has it.
        var isName = text.Length > 0 && char.IsLetter(text[0]);
        if (isName && Enum.TryParse<ClientAuthentication>(text, ignoreCase: true, out var authentication))
        {
            return authentication;
        }

        options.Misfits.Add(
            $"{section.Path}: expected {nameof(ClientAuthentication.Automatic)}, {nameof(ClientAuthentication.Basic)} or "
            + $"{nameof(ClientAuthentication.Post)}, found '{text}'");
        return default;
    }

    private static void ReportUnknown(IConfiguration section, string[] known, TidingsOptions options)
    {
        foreach (var child in section.GetChildren())
        {
            if (!known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                options.Misfits.Add($"{child.Path}: expected one of {string.Join(", ", known)}, found '{child.Key}'");
            }
        }
    }
}
