namespace Fathom.Formats;

/// <summary>A stream for a parser of UTF-8: its failures are one line that names the file, and a mark of UTF-16 at its start is refused.</summary>
internal sealed class Utf8Stream(Stream inner, string file) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = DataStream.Read(inner, buffer, file);
        if (_position == 0 && buffer[..read] is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, 0, 0xFE, 0xFF, ..]) throw new FathomException($"{file}: is UTF-16 or UTF-32; save it as UTF-8");
        _position += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
