using System.Buffers.Binary;
using System.Text;

namespace Fathom.Formats;

/// <summary>Reads the arguments of a pickle's opcodes; every length is checked against the bytes that are left.</summary>
internal sealed class PickleCursor(FileBytes file, long start, long end, string part)
{
    private const int LongestName = 1024;
    private long _done;

    public long Position => start + _done;

    public FathomException Wrong(string what) => new($"{file.Name}: {part}: {what} (at byte {_done}); the file is damaged or no PyTorch checkpoint");

    public byte Byte() => Take(1)[0];

    public ReadOnlySpan<byte> Take(long bytes)
    {
        if (bytes > end - Position) throw Wrong($"needs {bytes} more bytes, {end - Position} are left");
        var span = file.Span(Position, (int)bytes);
        _done += bytes;
        return span;
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long Length8() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8)) is var length and <= int.MaxValue ? (long)length : throw Wrong("has a length no pickle has");

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    public string Text(long bytes)
    {
        if (bytes < 0) throw Wrong("has a negative length");
        try
        {
            return GgufCursor.StrictUtf8.GetString(Take(bytes));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong("has a text that is not valid UTF-8");
        }
    }

    /// <summary>Text up to a line break, as the names of globals stand.</summary>
    public string Line()
    {
        var look = file.Span(Position, (int)Math.Min(LongestName, end - Position));
        var length = look.IndexOf((byte)'\n');
        if (length < 0) throw Wrong("has a name without an end");
        var text = Text(length);
        _done++;
        return text;
    }
}
