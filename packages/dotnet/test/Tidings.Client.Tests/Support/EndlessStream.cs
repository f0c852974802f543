namespace Tidings.Client.Tests;

/// <summary>White space for ever, though not above what a test may take. It says how much of it was read.</summary>
internal sealed class EndlessStream(Action<int> onRead) : Stream
{
    private const long MostBytes = 64 * 1024 * 1024;
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var given = (int)Math.Min(count, MostBytes - _read);
        buffer.AsSpan(offset, given).Fill((byte)' ');
        _read += given;
        onRead(given);
        return given;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
