namespace Tidings.Client;

/// <summary>Pointers into JSON. Source: RFC 6901.</summary>
internal static class JsonPointer
{
    /// <summary>A key as a reference token. Source: RFC 6901, section 3.</summary>
    public static string Escape(string key) =>
        key.IndexOfAny(['~', '/']) < 0
            ? key
            : new System.Text.StringBuilder(key).Replace("~", "~0").Replace("/", "~1").ToString();
}
