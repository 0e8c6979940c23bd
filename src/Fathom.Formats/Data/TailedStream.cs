namespace Fathom.Formats;

/// <summary>The bytes of a stream and then a few more.</summary>
internal sealed class TailedStream(Stream inner, byte[] tail) : Stream
{
    private int _tailRead;
    private bool _innerEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        if (!_innerEnded)
        {
            var read = inner.Read(buffer);
            if (read > 0) return read;
            _innerEnded = true;
        }

        var part = Math.Min(buffer.Length, tail.Length - _tailRead);
        tail.AsSpan(_tailRead, part).CopyTo(buffer);
        _tailRead += part;
        return part;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
