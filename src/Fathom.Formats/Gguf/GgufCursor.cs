using System.Buffers.Binary;
using System.Text;

namespace Fathom.Formats;

/// <summary>Reads a GGUF file front to back; every step is checked against the bytes that are left.</summary>
internal sealed class GgufCursor(FileBytes file)
{
    /// <summary>Arrays of arrays deeper than this are refused: nothing real has them, and each level is a call.</summary>
    public const int DeepestArray = 8;

    public static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public long Position { get; set; }

    public long Left => file.Length - Position;

    public FathomException Wrong(string what) => new($"{file.Name}: {what} (at byte {Position})");

    public byte Byte(string what) => Take(1, what)[0];

    public uint UInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    public ulong UInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    /// <summary>A number of things that take at least <paramref name="bytesEach"/> bytes each: more than the file can hold is a lie.</summary>
    public long Count(int bytesEach, string what)
    {
        var count = UInt64(what);
        if (count > (ulong)(Left / bytesEach)) throw Wrong($"{what} says {count}, which the {Left} bytes left cannot hold; the file is truncated or damaged");
        return (long)count;
    }

    public ReadOnlySpan<byte> StringBytes(string what, long longest = int.MaxValue)
    {
        var length = UInt64(what);
        if (length > (ulong)Left) throw Wrong($"{what} would be {length} bytes long, {Left} are left; the file is truncated or damaged");
        if (length > (ulong)longest) throw Wrong($"{what} is {length} bytes long, at most {longest} are allowed");
        return Take((int)length, what);
    }

    public string String(string what, long longest = int.MaxValue)
    {
        var bytes = StringBytes(what, longest);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Wrong($"{what} is not valid UTF-8");
        }
    }

    public GgufValueKind Kind(string what)
    {
        var kind = UInt32(what);
        return kind <= (uint)GgufValueKind.Float64 ? (GgufValueKind)kind : throw Wrong($"{what} has value type {kind}, the format knows 0 to 12");
    }

    /// <summary>Passes over a value, checking it, without making anything of it.</summary>
    public void Skip(GgufValueKind kind, string what, int depth = 0)
    {
        switch (kind)
        {
            case GgufValueKind.String:
                StringBytes(what);
                break;
            case GgufValueKind.Array:
                SkipArray(what, depth);
                break;
            case GgufValueKind.Bool:
                CheckBooleans(1, what);
                break;
            default:
                Take(SizeOf(kind), what);
                break;
        }
    }

    public void SkipArray(string what, int depth)
    {
        if (depth >= DeepestArray) throw Wrong($"{what} holds arrays more than {DeepestArray} deep");
        var kind = Kind(what);
        var count = Count(SizeOf(kind), what);
        if (kind == GgufValueKind.Bool) CheckBooleans(count, what);
        else if (kind is not (GgufValueKind.String or GgufValueKind.Array)) Position += count * SizeOf(kind);
        else
        {
            for (long i = 0; i < count; i++) Skip(kind, what, depth + 1);
        }
    }

    /// <summary>Bytes of a value of this kind; for strings and arrays the least there can be.</summary>
    public static int SizeOf(GgufValueKind kind) => kind switch
    {
        GgufValueKind.UInt8 or GgufValueKind.Int8 or GgufValueKind.Bool => 1,
        GgufValueKind.UInt16 or GgufValueKind.Int16 => 2,
        GgufValueKind.UInt32 or GgufValueKind.Int32 or GgufValueKind.Float32 => 4,
        GgufValueKind.Array => 12,
        _ => 8,
    };

    public ReadOnlySpan<byte> Take(int bytes, string what)
    {
        if (bytes > Left) throw Wrong($"ends inside {what}; the file is truncated");
        var span = file.Span(Position, bytes);
        Position += bytes;
        return span;
    }

    private void CheckBooleans(long count, string what)
    {
        while (count > 0)
        {
            var part = (int)Math.Min(count, 1 << 20);
            if (Take(part, what).ContainsAnyExceptInRange((byte)0, (byte)1)) throw Wrong($"{what} has a bool that is neither 0 nor 1");
            count -= part;
        }
    }
}
