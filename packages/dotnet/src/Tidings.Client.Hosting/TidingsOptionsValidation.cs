using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Tidings.Client;

/// <summary>Says everything at once that is wrong with the options, by their names and without their secrets.</summary>
/// <param name="services">What is registered: who has a token source of its own needs no credentials.</param>
internal sealed class TidingsOptionsValidation(IServiceCollection services) : IValidateOptions<TidingsOptions>
{
    public ValidateOptionsResult Validate(string? name, TidingsOptions options)
    {
        List<string> problems = [.. options.Misfits];
        Add(problems, nameof(options.ApiUrl), HubUrl.BaseProblem(options.ApiUrl));
        if (options.NeedsSocket || options.SocketUrl is not null)
        {
            Add(problems, nameof(options.SocketUrl), SocketProblem(options.SocketUrl));
        }

        AddTiming(problems, options.Timing);
        if (options.Credentials is { } credentials)
        {
            AddCredentials(problems, credentials);
        }
        else if (!HasOwnTokenSource())
        {
            problems.Add("Credentials: expected credentials, or an ITokenSource among the services, found neither");
        }

        return problems.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(problems.Select(problem => $"Tidings: {problem}"));
    }

    private static void AddCredentials(List<string> problems, ClientCredentials credentials)
    {
        try
        {
            CredentialsCheck.Require(credentials);
        }
        catch (OptionsException exception)
        {
            problems.Add($"{nameof(TidingsOptions.Credentials)}: {exception.Detail}");
        }
    }

    private static void AddTiming(List<string> problems, PublishTiming timing)
    {
        try
        {
            timing.Check();
        }
        catch (OptionsException exception)
        {
            problems.Add(exception.Detail);
        }
    }

    private static void Add(List<string> problems, string option, string? problem)
    {
        if (problem is not null)
        {
            problems.Add($"{option}: {problem}");
        }
    }

    private static string? SocketProblem(string? text)
    {
        const string expected = "expected a wss URL without user name (ws for this machine only)";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return $"{expected}, found none";
        }

        // What holds for a token over HTTP holds for a token in a handshake.
        var isSocket = url.Scheme is "wss" or "ws";
        return isSocket && HubUrl.Problem($"http{text!.Substring(2)}") is null
            ? null
            : $"{expected}, found one of {url.Scheme}://{url.Host}";
    }

    private bool HasOwnTokenSource() => services.Any(service =>
        service is { IsKeyedService: false } && service.ServiceType == typeof(ITokenSource)
        && service.ImplementationFactory != TidingsTokens.Factory);
}
