namespace Tidings.Client;

/// <summary>One thing that was wrong in an input, and where.</summary>
/// <param name="Path">JSON pointer (RFC 6901) into the input; empty for the whole.</param>
/// <param name="Message">What was expected and what was found.</param>
public sealed record Violation(string Path, string Message);
