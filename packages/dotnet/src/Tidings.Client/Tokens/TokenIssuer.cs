using System.Net.Http.Headers;
using System.Text;

namespace Tidings.Client;

/// <summary>Asks an issuer for tokens. Nothing of the client's secret shows in what it throws.</summary>
internal sealed class TokenIssuer
{
    private const int MostBytes = 1024 * 1024;

    private readonly HttpClient _http;
    private readonly ClientCredentials _credentials;
    private readonly ClientSecret _secret;
    private volatile IssuerMetadata? _metadata;

    /// <exception cref="OptionsException">CREDENTIALS_MISSING, OPTIONS_INVALID</exception>
    public TokenIssuer(HttpClient http, ClientCredentials credentials)
    {
        CredentialsCheck.Require(credentials);
        _http = http;
        _credentials = credentials;
        _secret = new ClientSecret(
            credentials.ClientId, credentials.ClientSecret, credentials.Parameters?.Values ?? []);
    }

    /// <exception cref="TokenException">TOKEN_FAILED; retryable if it is the network or the issuer that fails.</exception>
    public async Task<TokenGrant> RequestAsync(IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        try
        {
            var metadata = _metadata ??= await DiscoverAsync(cancellationToken).ConfigureAwait(false);
            using var request = RequestFor(metadata, _credentials.Scopes ?? scopes);
            return await SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Where the endpoint is may have changed.
            _metadata = null;
            if (exception is TokenException || cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            // What was thrown is not passed on: it may have the request attached, with the secret.
            throw Temporary($"The issuer cannot be reached: {FailureText.Of(exception, _secret.Shapes)}");
        }
    }

    private async Task<IssuerMetadata> DiscoverAsync(CancellationToken cancellationToken)
    {
        if (_credentials.TokenUrl is { } tokenUrl)
        {
            return new IssuerMetadata(new Uri(tokenUrl), TakesPostOnly: false);
        }

        var issuer = new Uri(_credentials.Issuer!);
        foreach (var place in IssuerMetadata.Places(issuer))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, place);
            request.Headers.Accept.ParseAdd("application/json");
            using var response = await SendRawAsync(request, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            if (IsTemporary(status))
            {
                throw Temporary($"The issuer's discovery answered {status}");
            }

            if (status == 404)
            {
                continue;
            }

            if (status != 200)
            {
                throw Failed($"Expected the issuer's metadata, found an answer with status {status}", status);
            }

            var body = await LimitedContent.ReadAsync(response.Content, MostBytes, cancellationToken).ConfigureAwait(false);
            return IssuerMetadata.Read(body, issuer);
        }

        throw Failed("The issuer describes itself nowhere: neither by OpenID discovery nor by RFC 8414");
    }

    private HttpRequestMessage RequestFor(IssuerMetadata metadata, IEnumerable<string> scopes)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in _credentials.Parameters ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            form[parameter.Key] = parameter.Value;
        }

        form["grant_type"] = "client_credentials";
        Add(form, "audience", _credentials.Audience);
        Add(form, "scope", string.Join(" ", scopes));
        var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenUrl);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var isPost = _credentials.Authentication == ClientAuthentication.Post
            || (_credentials.Authentication == ClientAuthentication.Automatic && metadata.TakesPostOnly);
        if (isPost)
        {
            _secret.AddTo(form);
        }
        else
        {
            request.Headers.Authorization = _secret.Basic;
        }

        request.Content = BoundForm(form, request);
        return request;
    }

    private async Task<TokenGrant> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await SendRawAsync(request, cancellationToken).ConfigureAwait(false);
        var status = (int)response.StatusCode;
        if (IsTemporary(status))
        {
            throw Temporary($"The token endpoint answered {status}", status);
        }

        var body = await LimitedContent.ReadAsync(response.Content, MostBytes, cancellationToken).ConfigureAwait(false);
        return TokenAnswer.Read(status, body, response.Headers.WwwAuthenticate.Count > 0, _secret);
    }

    /// <summary>An answer that comes from where the request was sent.</summary>
    private async Task<HttpResponseMessage> SendRawAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri;
        HttpResponseMessage response;
        try
        {
            response = await _http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (HttpRequestException) when (request.Content is BoundContent { RedirectedTo: not null })
        {
            throw Redirected(((BoundContent)request.Content).RedirectedTo!);
        }

        if (response.RequestMessage?.RequestUri is not { } answered || answered == asked)
        {
            return response;
        }

        response.Dispose();
        throw Redirected(answered.Host);
    }

    private static BoundContent BoundForm(Dictionary<string, string> form, HttpRequestMessage request)
    {
        var fields = form.Select(field => $"{ClientSecret.Encode(field.Key)}={ClientSecret.Encode(field.Value)}");
        var content = new BoundContent(Encoding.ASCII.GetBytes(string.Join("&", fields))) { Request = request };
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        return content;
    }

    private static TokenException Redirected(string host) => Failed(
        $"Expected an answer of the issuer, found a redirection to {host}: "
        + "correct the URL, and use a HttpClient that follows none, such as that of TidingsHttp");

    private static void Add(Dictionary<string, string> form, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            form[name] = value!;
        }
    }

    private static bool IsTemporary(int status) => status is 408 or 429 or >= 500;

    private static TokenException Temporary(string detail, int? status = null) =>
        new(new TidingsProblem(ErrorCodes.TokenFailed, detail) { IsRetryable = true, Status = status });

    private static TokenException Failed(string detail, int? status = null) =>
        new(new TidingsProblem(ErrorCodes.TokenFailed, detail) { Status = status });
}
