namespace Tidings.Client;

/// <summary>Up to here, everything has been seen or was not for this client.</summary>
/// <param name="Epoch">
/// Which history the sequence counts in; <see cref="NoEpoch"/> before a tenant's first event.
/// </param>
/// <param name="Sequence">The number of the last event that is covered, from 0.</param>
public sealed record Cursor(string Epoch, long Sequence)
{
    /// <summary>The epoch of a tenant without events.</summary>
    public const string NoEpoch = "";

    /// <summary>What JSON numbers hold exactly everywhere. Source: RFC 8259, section 6.</summary>
    internal const long LargestSequence = (1L << 53) - 1;
}
