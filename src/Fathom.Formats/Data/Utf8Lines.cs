using System.Text.Unicode;

namespace Fathom.Formats;

/// <summary>
/// The lines of a stream of strict UTF-8, one at a time in constant memory: ends are LF or CRLF, a byte-order mark at the start is
/// passed over.
/// </summary>
internal sealed class Utf8Lines(Stream stream, string file)
{
    /// <summary>A longer line is no row: it would let one file take all memory.</summary>
    public const int LongestLine = 64 << 20;

    private const byte LineFeed = (byte)'\n';

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Number of the line read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line without its end, valid until the next call; false at the end of the file.</summary>
    /// <exception cref="FathomException">The line is not UTF-8, or too long, or the file cannot be read.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        line = default;
        var scanned = 0;
        int length;
        while ((length = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf(LineFeed)) < 0)
        {
            scanned = _end - _start;
            if (Fill()) continue;
            if (scanned == 0) return false;
            length = 0;
            break;
        }

        line = _buffer.AsSpan(_start, scanned + length);
        _start = Math.Min(_end, _start + line.Length + 1);
        Number++;
        if (Number == 1) line = SkipMark(line);
        if (line is [.. var body, (byte)'\r']) line = body;
        if (!Utf8.IsValid(line)) throw Invalid(line);
        return true;
    }

    private ReadOnlySpan<byte> SkipMark(ReadOnlySpan<byte> line) => line switch
    {
        [0xEF, 0xBB, 0xBF, .. var rest] => rest,
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => throw new FathomException($"{file}: is UTF-16; save it as UTF-8"),
        _ => line,
    };

    private FathomException Invalid(ReadOnlySpan<byte> line)
    {
        Span<char> scratch = new char[line.Length];
        Utf8.ToUtf16(line, scratch, out var valid, out _, replaceInvalidSequences: false);
        return new FathomException($"{file}: line {Number}: not valid UTF-8 at byte {valid + 1} of the line; save the file as UTF-8");
    }

    private bool Fill()
    {
        if (_ended) return false;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_end >= LongestLine) throw new FathomException($"{file}: line {Number + 1} is longer than {LongestLine >> 20} MiB; rows are one a line");
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, LongestLine));
        }

        var read = DataStream.Read(stream, _buffer.AsSpan(_end), file);
        _ended = read == 0;
        _end += read;
        return read > 0;
    }
}
