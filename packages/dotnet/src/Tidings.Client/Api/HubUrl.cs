namespace Tidings.Client;

/// <summary>Where tokens may be sent.</summary>
internal static class HubUrl
{
    private const string Expected = "expected an https URL without user name (http for this machine only)";

    /// <summary>Why tokens are not to be sent to a URL, because others could read them on the way; null if they may.</summary>
    public static string? Problem(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            return $"{Expected}, found none";
        }

        // What is sent to this machine crosses no network, so it needs no TLS.
        var isSafe = IsScheme(url, "https") || (IsScheme(url, "http") && IsThisMachine(url));
        return isSafe && url.UserInfo.Length == 0 ? null : $"{Expected}, found one of {url.Scheme}://{url.Host}";
    }

    /// <summary>Why a URL cannot be the base of others to which tokens are sent; null if it can.</summary>
    public static string? BaseProblem(string? text)
    {
        if (Problem(text) is { } problem)
        {
            return problem;
        }

        var url = new Uri(text!);
        return url.Query.Length == 0 && url.Fragment.Length == 0
            ? null
            : "expected a URL without query and fragment, found one with";
    }

    private static bool IsScheme(Uri url, string scheme) => string.Equals(url.Scheme, scheme, StringComparison.Ordinal);

    private static bool IsThisMachine(Uri url) =>
        url.IsLoopback || url.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
}
