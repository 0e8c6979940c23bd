using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Fathom.Formats;

/// <summary>
/// An array of the metadata, read from the mapped file when asked: a vocabulary of a hundred thousand tokens costs nothing to open.
/// It is valid while the file is not disposed.
/// </summary>
public sealed class GgufArray
{
    private readonly FileBytes _file;
    private readonly long _start;
    private readonly string _key;
    private long[]? _starts;

    internal GgufArray(FileBytes file, string key, GgufValueKind elementKind, long count, long start)
    {
        _file = file;
        _key = key;
        _start = start;
        ElementKind = elementKind;
        Count = checked((int)count);
    }

    /// <summary>Kind of every element.</summary>
    public GgufValueKind ElementKind { get; }

    /// <summary>Number of elements.</summary>
    public int Count { get; }

    /// <summary>The UTF-8 bytes of string <paramref name="index"/>, without decoding, pointing into the file.</summary>
    /// <exception cref="FathomException">The elements are not strings.</exception>
    public ReadOnlySpan<byte> Utf8(int index)
    {
        Expect("strings", GgufValueKind.String);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var at = Starts()[index];
        return _file.Span(at + 8, (int)BinaryPrimitives.ReadInt64LittleEndian(_file.Span(at, 8)));
    }

    /// <summary>Every string, decoded.</summary>
    /// <exception cref="FathomException">The elements are not strings, or one is not valid UTF-8.</exception>
    public string[] ToStrings()
    {
        Expect("strings", GgufValueKind.String);
        var values = new string[Count];
        for (var i = 0; i < values.Length; i++)
        {
            try
            {
                values[i] = GgufCursor.StrictUtf8.GetString(Utf8(i));
            }
            catch (DecoderFallbackException invalid)
            {
                throw new FathomException($"{_file.Name}: metadata {FileErrors.Quote(_key)}: string {i} is not valid UTF-8", invalid);
            }
        }

        return values;
    }

    /// <summary>Every element as a 64-bit integer.</summary>
    /// <exception cref="FathomException">The elements are not whole numbers, or one is above 2^63-1.</exception>
    public long[] ToInt64s()
    {
        Expect("whole numbers", GgufValueKind.UInt8, GgufValueKind.Int8, GgufValueKind.UInt16, GgufValueKind.Int16, GgufValueKind.UInt32, GgufValueKind.Int32, GgufValueKind.UInt64, GgufValueKind.Int64);
        var bytes = Elements();
        var size = GgufCursor.SizeOf(ElementKind);
        var values = new long[Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = GgufValue.ToInt64(ElementKind, bytes.Slice(i * size, size))
                ?? throw new FathomException($"{_file.Name}: metadata {FileErrors.Quote(_key)}: element {i} is above 2^63-1");
        }

        return values;
    }

    /// <summary>Every element in single precision.</summary>
    /// <exception cref="FathomException">The elements are not <see cref="GgufValueKind.Float32"/>.</exception>
    public float[] ToSingles()
    {
        Expect("32-bit floats", GgufValueKind.Float32);
        return MemoryMarshal.Cast<byte, float>(Elements()).ToArray();
    }

    /// <summary>Every element in double precision.</summary>
    /// <exception cref="FathomException">The elements are not <see cref="GgufValueKind.Float32"/> or <see cref="GgufValueKind.Float64"/>.</exception>
    public double[] ToDoubles()
    {
        Expect("floats", GgufValueKind.Float32, GgufValueKind.Float64);
        return ElementKind == GgufValueKind.Float64 ? MemoryMarshal.Cast<byte, double>(Elements()).ToArray() : Array.ConvertAll(ToSingles(), value => (double)value);
    }

    /// <summary>Every element as a truth value.</summary>
    /// <exception cref="FathomException">The elements are not <see cref="GgufValueKind.Bool"/>.</exception>
    public bool[] ToBooleans()
    {
        Expect("bools", GgufValueKind.Bool);
        var values = new bool[Count];
        var bytes = Elements();
        for (var i = 0; i < values.Length; i++) values[i] = bytes[i] != 0;
        return values;
    }

    /// <summary>The inner arrays of an array of arrays.</summary>
    /// <exception cref="FathomException">The elements are not arrays.</exception>
    public GgufArray[] ToArrays()
    {
        Expect("arrays", GgufValueKind.Array);
        return Array.ConvertAll(Starts(), at =>
            new GgufArray(_file, _key, (GgufValueKind)BinaryPrimitives.ReadUInt32LittleEndian(_file.Span(at, 4)), BinaryPrimitives.ReadInt64LittleEndian(_file.Span(at + 4, 8)), at + 12));
    }

    /// <summary>The array as a file holds it: kind and number of its elements, and they.</summary>
    internal byte[] Encoded()
    {
        var cursor = new GgufCursor(_file) { Position = _start };
        for (var i = 0; i < Count; i++) cursor.Skip(ElementKind, _key);
        return [.. BitConverter.GetBytes((uint)ElementKind), .. BitConverter.GetBytes((ulong)Count), .. _file.Span(_start, checked((int)(cursor.Position - _start)))];
    }

    private void Expect(string expected, params ReadOnlySpan<GgufValueKind> kinds)
    {
        if (!kinds.Contains(ElementKind)) throw new FathomException($"{_file.Name}: metadata {FileErrors.Quote(_key)} is an array of {ElementKind}, {expected} were expected");
    }

    private ReadOnlySpan<byte> Elements() => _file.Span(_start, checked(Count * GgufCursor.SizeOf(ElementKind)));

    // Where each string or inner array starts; they have different lengths, so one walk finds them all.
    private long[] Starts()
    {
        if (_starts is not null) return _starts;
        var starts = new long[Count];
        var cursor = new GgufCursor(_file) { Position = _start };
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = cursor.Position;
            cursor.Skip(ElementKind, _key);
        }

        return _starts = starts;
    }
}
