using System.Net;

namespace Tidings.Client;

/// <summary>
/// Bytes that go to one address only. A <see cref="HttpClient"/> that follows redirections takes the token off, and sends
/// the content along: that of a token request may be a secret. It sends the same request again under its new address, and
/// finds that this content does not let itself be written once more.
/// </summary>
internal sealed class BoundContent(byte[] bytes) : HttpContent
{
    private Uri? _address;

    /// <summary>The request that it is part of.</summary>
    public HttpRequestMessage? Request { get; set; }

    /// <summary>The host that it was kept from.</summary>
    public string? RedirectedTo { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        CheckAddress();
#pragma warning disable CA1835 // The other overload is not in netstandard2.0.
        return stream.WriteAsync(bytes, 0, bytes.Length);
#pragma warning restore CA1835
    }

#if NET
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        CheckAddress();
        return stream.WriteAsync(bytes, cancellationToken).AsTask();
    }
#endif

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }

    /// <summary>The first one counts, which handlers may have changed on purpose, such as one that looks services up.</summary>
    private void CheckAddress()
    {
        var address = Request?.RequestUri;
        _address ??= address;
        if (address != _address)
        {
            RedirectedTo = address?.Host;
            throw new HttpRequestException($"A redirection to {RedirectedTo} is not followed");
        }
    }
}
