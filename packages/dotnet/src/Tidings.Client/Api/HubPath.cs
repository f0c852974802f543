namespace Tidings.Client;

/// <summary>Paths below the URL of the HTTP API.</summary>
internal static class HubPath
{
    public const string Events = "/events";

    public const string Subscriptions = "/subscriptions";

    public static string Event(string id) => $"{Events}/{Segment(id)}";

    /// <param name="name">Of a durable subscription.</param>
    /// <param name="rest">What follows, such as <c>/events</c>.</param>
    public static string Subscription(string name, string rest = "") => $"{Subscriptions}/{Segment(name)}{rest}";

    /// <summary>
    /// A text as one step of a path. It is percent-encoded twice, which changes nothing in one of letters, digits and
    /// <c>-._~</c>. API Gateway decodes a path before it looks for the route: encoded once, a <c>/</c> would divide steps,
    /// and a <c>?</c> would end the path.
    /// </summary>
    private static string Segment(string text)
    {
        // They are steps in a path themselves; only encoded twice they pass a client's URL parser.
        var once = text is "." or ".." ? text.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(text);
        return Uri.EscapeDataString(once);
    }
}
