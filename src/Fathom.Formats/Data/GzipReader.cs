using System.IO.Compression;

namespace Fathom.Formats;

/// <summary>
/// Unpacks gzip and notices when it is cut short, which the framework's stream takes for the end. Behind the file's last byte it puts
/// a small gzip member of its own: only from a whole file does that come out again, and it is held back.
/// </summary>
internal sealed class GzipReader : Stream
{
    private const int BlockBytes = 1 << 16;

    private static readonly byte[] Mark = [.. "Fathom: the end."u8];
    private static readonly byte[] PackedMark = Pack(Mark);

    private readonly GZipStream _unpacked;
    private readonly byte[] _buffer = new byte[BlockBytes + Mark.Length];
    private int _start;
    private int _end;
    private bool _ended;

    public GzipReader(Stream packed) => _unpacked = new GZipStream(new TailedStream(packed, PackedMark), CompressionMode.Decompress);

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

    /// <exception cref="InvalidDataException">The file is not gzip, damaged, cut short, or has something else behind its end.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_ended && _end - _start <= Mark.Length) Fill();
        var part = Math.Min(buffer.Length, Math.Max(0, _end - _start - Mark.Length));
        _buffer.AsSpan(_start, part).CopyTo(buffer);
        _start += part;
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
        if (disposing) _unpacked.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Pack(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true)) gzip.Write(content);
        return packed.ToArray();
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = _unpacked.Read(_buffer.AsSpan(_end));
        _end += read;
        _ended = read == 0;
        if (_ended && !_buffer.AsSpan(0, _end).EndsWith(Mark)) throw new InvalidDataException("it ends too early, or something else follows its end");
    }
}
