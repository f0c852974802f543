namespace Tidings.Client;

/// <summary>What came, unless there is no end to it.</summary>
internal static class LimitedContent
{
    private const int ChunkBytes = 16 * 1024;

    /// <returns>All of it; nothing if it is longer than the limit.</returns>
    public static async Task<byte[]?> ReadAsync(HttpContent? content, int mostBytes, CancellationToken cancellationToken)
    {
        if (content is null)
        {
            return [];
        }

#if NET
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
#else
        var stream = await content.ReadAsStreamAsync().ConfigureAwait(false);
#endif
        var read = new List<byte>();
        var chunk = new byte[ChunkBytes];
        int count;
        while ((count = await ReadSomeAsync(stream, chunk, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (read.Count + count > mostBytes)
            {
                return null;
            }

            read.AddRange(new ArraySegment<byte>(chunk, 0, count));
        }

        return [.. read];
    }

#if NET
    private static async Task<int> ReadSomeAsync(Stream stream, byte[] chunk, CancellationToken cancellationToken) =>
        await stream.ReadAsync(chunk, cancellationToken).ConfigureAwait(false);
#else
    private static Task<int> ReadSomeAsync(Stream stream, byte[] chunk, CancellationToken cancellationToken) =>
        stream.ReadAsync(chunk, 0, chunk.Length, cancellationToken);
#endif
}
