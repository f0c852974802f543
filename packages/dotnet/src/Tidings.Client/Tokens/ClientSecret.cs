using System.Net.Http.Headers;
using System.Text;

namespace Tidings.Client;

/// <summary>How a client proves who it is, and all the texts that must therefore never be seen.</summary>
internal sealed class ClientSecret(string clientId, string secret)
{
    /// <summary>Both parts in form encoding. Source: RFC 6749, section 2.3.1.</summary>
    private readonly string _basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Encode(clientId)}:{Encode(secret)}"));

    public AuthenticationHeaderValue Basic => new("Basic", _basic);

    public void AddTo(Dictionary<string, string> form)
    {
        form["client_id"] = clientId;
        form["client_secret"] = secret;
    }

    /// <summary>All the forms in which the secret is sent, or might be quoted.</summary>
    public string[] Shapes => [secret, Encode(secret), Uri.EscapeDataString(secret), _basic];

    /// <summary>A text from elsewhere, without the secret in any of them, and not without end.</summary>
    public string Hide(string text) => FailureText.Show(text, Shapes);

    /// <summary>As in a form. Source: RFC 6749, appendix B.</summary>
    public static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
