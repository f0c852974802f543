namespace Tidings.Client;

/// <summary>Something thrown, in words.</summary>
internal static class FailureText
{
    private const int MostCharacters = 300;
    private const int MostCauses = 3;

    /// <summary>
    /// What an exception and its causes say, without what must not be seen, and not without end: it may come from anywhere.
    /// </summary>
    public static string Of(Exception exception, params string?[] secrets)
    {
        List<string> parts = [];
        for (var cause = exception; cause is not null && parts.Count < MostCauses; cause = cause.InnerException)
        {
            var message = cause.Message;
            if (!parts.Exists(part => part.Contains(message, StringComparison.Ordinal)))
            {
                parts.Add(string.IsNullOrWhiteSpace(message) ? cause.GetType().Name : message);
            }
        }

        return Show(string.Join(": ", parts), secrets);
    }

    /// <summary>A text from elsewhere, without what must not be seen, and not without end.</summary>
    public static string Show(string text, params string?[] secrets) => Shorten(Hide(text, secrets));

    /// <summary>Whether an exception can be passed on whole: nothing that it prints holds one of the secrets.</summary>
    public static bool IsClean(Exception exception, params string?[] secrets)
    {
        var text = exception.ToString();
        return !Array.Exists(secrets, secret => !string.IsNullOrEmpty(secret) && text.Contains(secret!, StringComparison.Ordinal));
    }

    private static string Hide(string text, IEnumerable<string?> secrets) =>
        secrets.Where(secret => !string.IsNullOrEmpty(secret)).Aggregate(text, (shown, secret) => shown.Replace(secret!, "***", StringComparison.Ordinal));

    private static string Shorten(string text) =>
        text.Length <= MostCharacters ? text : $"{text.Substring(0, MostCharacters)}…";
}
