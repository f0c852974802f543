namespace Tidings.Client;

/// <summary>
/// A client cannot be made with what it was given: OPTIONS_INVALID, or CREDENTIALS_MISSING. Every client of this package
/// throws it from its constructor, and says by <see cref="TidingsException.Detail"/> which option it is. What must not be
/// null and is, is an <see cref="ArgumentNullException"/> as anywhere.
/// </summary>
public sealed class OptionsException : TidingsException
{
    internal OptionsException(string detail, IReadOnlyList<Violation>? errors = null, string code = ErrorCodes.OptionsInvalid)
        : base($"{code}: {detail}", new TidingsProblem(code, detail) { Errors = errors ?? [] }, innerException: null) =>
        Advice = PublishAdvice.For(code);

    /// <summary>What to do about it.</summary>
    public string Advice { get; }
}
