namespace Tidings.Client;

/// <summary>No access token could be had. <see cref="Advice"/> says what to do.</summary>
public sealed class TokenException : TidingsException
{
    internal TokenException(TidingsProblem problem, string? oAuthError = null, Exception? innerException = null)
        : base($"{problem.Code}: {problem.Detail}", problem, innerException)
    {
        OAuthError = oAuthError;
        Advice = PublishAdvice.For(problem.Code, oAuthError);
    }

    /// <summary>What to do about it.</summary>
    public string Advice { get; }

    /// <summary>The code of the issuer's refusal, such as <c>invalid_client</c>. Source: RFC 6749, section 5.2.</summary>
    public string? OAuthError { get; }
}
