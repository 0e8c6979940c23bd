using System.Buffers;
using System.Text.Unicode;

namespace Fathom.Formats;

/// <summary>
/// The lines of a text file (<c>.txt</c>, gzip of it), each in parts, so that neither a long file nor a long line takes memory. Strict UTF-8; ends
/// of lines are LF or CRLF, a byte-order mark at the start is passed over. Unlike the rows of <see cref="DataSet"/>, blank lines are lines.
/// </summary>
public sealed class TextLines : IDisposable
{
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private readonly Stream _stream;
    private readonly string _file;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _ended;
    private bool _inLine;

    private TextLines(Stream stream, string file)
    {
        _stream = stream;
        _file = file;
    }

    /// <summary>Number of the line under way, from 1; 0 before the first.</summary>
    public long Number { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="FathomException">It cannot be opened.</exception>
    public static TextLines Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new TextLines(DataStream.Open(path), path);
    }

    /// <summary>Reads a stream, which is closed with this; <paramref name="name"/> is what messages call it.</summary>
    public static TextLines Of(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new TextLines(stream, name);
    }

    /// <summary>Goes to the next line, past what is left of the one under way; false at the end of the file.</summary>
    /// <exception cref="FathomException">The file cannot be read, or is UTF-16.</exception>
    public bool NextLine()
    {
        if (_inLine)
            PassLine();
        if (Number == 0)
            SkipMark();
        if (_start == _end && !Fill())
            return false;
        Number++;
        _inLine = true;
        return true;
    }

    /// <summary>Reads on in the line under way.</summary>
    /// <param name="destination">Takes UTF-16 code units, never half a character; at least two.</param>
    /// <returns>How many there are; 0 at the end of the line.</returns>
    /// <exception cref="FathomException">The file cannot be read, or the line is not UTF-8.</exception>
    public int Read(Span<char> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, 2);
        var written = 0;
        while (_inLine)
        {
            var bytes = AtHand(out var whole);
            var status = Utf8.ToUtf16(bytes, destination[written..], out var read, out var units, replaceInvalidSequences: false, isFinalBlock: whole);
            _start += read;
            written += units;
            if (status == OperationStatus.InvalidData)
                throw new FathomException($"{_file}: line {Number}: not valid UTF-8; save the file as UTF-8");
            if (status == OperationStatus.DestinationTooSmall)
                break;
            if (whole)
                EndLine();
            else
                Fill();
        }

        return written;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // The bytes of the line that have been read, without its end, and whether they are all that is left of it.
    private ReadOnlySpan<byte> AtHand(out bool whole)
    {
        var bytes = _buffer.AsSpan(_start, _end - _start);
        var length = bytes.IndexOf(LineFeed);
        whole = length >= 0 || _ended;
        bytes = length >= 0 ? bytes[..length] : bytes;

        // A carriage return may belong to the line feed behind it.
        return bytes is [.. var body, CarriageReturn] ? body : bytes;
    }

    private void EndLine()
    {
        if (_start < _end && _buffer[_start] == CarriageReturn)
            _start++;
        if (_start < _end && _buffer[_start] == LineFeed)
            _start++;
        _inLine = false;
    }

    private void PassLine()
    {
        for (var whole = false; !whole;)
        {
            _start += AtHand(out whole).Length;
            if (!whole)
                Fill();
        }

        EndLine();
    }

    private void SkipMark()
    {
        while (_end < 3 && Fill())
        {
            // Three bytes are needed to tell.
        }

        switch (_buffer.AsSpan(0, _end))
        {
            case [0xEF, 0xBB, 0xBF, ..]:
                _start = 3;
                break;
            case [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]:
                throw new FathomException($"{_file}: is UTF-16; save it as UTF-8");
            default:
                break;
        }
    }

    // What is not used yet is at most a carriage return and a part of a character, or nothing, whenever there is no room left.
    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = _ended ? 0 : DataStream.Read(_stream, _buffer.AsSpan(_end), _file);
        _ended = read == 0;
        _end += read;
        return read > 0;
    }
}
