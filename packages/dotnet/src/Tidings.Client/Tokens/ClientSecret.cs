using System.Net.Http.Headers;
using System.Text;

namespace Tidings.Client;

/// <summary>How a client proves who it is, and all the texts that must therefore never be seen.</summary>
/// <param name="clientId">The client's id.</param>
/// <param name="secret">The client's secret.</param>
/// <param name="others">Further fields of the form, which may be secrets too.</param>
internal sealed class ClientSecret(string clientId, string secret, IEnumerable<string> others)
{
    /// <summary>What is shorter can be guessed anyway, and is part of many words.</summary>
    private const int FewestCharacters = 4;

    public AuthenticationHeaderValue Basic => new("Basic", BasicOf(clientId, secret));

    public void AddTo(Dictionary<string, string> form)
    {
        form["client_id"] = clientId;
        form["client_secret"] = secret;
    }

    /// <summary>All the forms in which the secret is sent, or might be quoted.</summary>
    public string[] Shapes { get; } =
    [
        .. others.Where(other => other is { Length: >= FewestCharacters }).Prepend(secret)
            .SelectMany(each => new[] { each, Encode(each), Uri.EscapeDataString(each) }),
        BasicOf(clientId, secret),
    ];

    /// <summary>A text from elsewhere, without the secret in any of them, and not without end.</summary>
    public string Hide(string text) => FailureText.Show(text, Shapes);

    /// <summary>As in a form. Source: RFC 6749, appendix B.</summary>
    public static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    /// <summary>Both parts in form encoding. Source: RFC 6749, section 2.3.1.</summary>
    private static string BasicOf(string id, string secret) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Encode(id)}:{Encode(secret)}"));
}
