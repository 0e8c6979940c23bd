using System.Buffers.Binary;

namespace Fathom.Formats;

/// <summary>One metadata value of a GGUF file: a number, a truth value, a text or an array.</summary>
public sealed class GgufValue
{
    private readonly string _file;
    private readonly string _key;
    private readonly byte[] _scalar;
    private readonly string? _text;
    private readonly GgufArray? _array;

    private GgufValue(string file, string key, GgufValueKind kind, byte[] scalar, string? text, GgufArray? array)
    {
        _file = file;
        _key = key;
        _scalar = scalar;
        _text = text;
        _array = array;
        Kind = kind;
    }

    /// <summary>What the value is.</summary>
    public GgufValueKind Kind { get; }

    /// <summary>The text.</summary>
    /// <exception cref="FathomException">The value is not a text.</exception>
    public string AsString() => _text ?? throw Not("text");

    /// <summary>The array.</summary>
    /// <exception cref="FathomException">The value is not an array.</exception>
    public GgufArray AsArray() => _array ?? throw Not("an array");

    /// <summary>The truth value.</summary>
    /// <exception cref="FathomException">The value is not a truth value.</exception>
    public bool AsBoolean() => Kind == GgufValueKind.Bool ? _scalar[0] != 0 : throw Not("a bool");

    /// <summary>The whole number, of any width and sign.</summary>
    /// <exception cref="FathomException">The value is not a whole number of at most 2^63-1.</exception>
    public long AsInt64() => ToInt64(Kind, _scalar) ?? throw Not("a whole number of at most 2^63-1");

    /// <summary>The whole number, unsigned.</summary>
    /// <exception cref="FathomException">The value is not a whole number, or negative.</exception>
    public ulong AsUInt64()
    {
        if (Kind == GgufValueKind.UInt64) return BinaryPrimitives.ReadUInt64LittleEndian(_scalar);
        return ToInt64(Kind, _scalar) is { } value and >= 0 ? (ulong)value : throw Not("a whole number of at least 0");
    }

    /// <summary>The number, whole or not, in double precision.</summary>
    /// <exception cref="FathomException">The value is not a number.</exception>
    public double AsDouble() => Kind switch
    {
        GgufValueKind.Float32 => BinaryPrimitives.ReadSingleLittleEndian(_scalar),
        GgufValueKind.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(_scalar),
        GgufValueKind.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(_scalar),
        _ => ToInt64(Kind, _scalar) ?? throw Not("a number"),
    };

    /// <summary>The value as people read it; long arrays by kind and length.</summary>
    public override string ToString() => Kind switch
    {
        GgufValueKind.String => _text!,
        GgufValueKind.Bool => AsBoolean() ? "true" : "false",
        GgufValueKind.Array => $"{_array!.ElementKind}[{_array.Count}]",
        GgufValueKind.Float32 => BinaryPrimitives.ReadSingleLittleEndian(_scalar).ToString("R"),
        GgufValueKind.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(_scalar).ToString("R"),
        GgufValueKind.UInt64 => AsUInt64().ToString(),
        _ => AsInt64().ToString(),
    };

    /// <summary>The value as a file holds it, behind its kind.</summary>
    internal byte[] Encoded()
    {
        if (_array is not null) return _array.Encoded();
        if (_text is null) return _scalar;
        var text = System.Text.Encoding.UTF8.GetBytes(_text);
        return [.. BitConverter.GetBytes((ulong)text.Length), .. text];
    }

    internal static GgufValue Read(GgufCursor cursor, FileBytes file, string key)
    {
        var what = $"metadata {FileErrors.Quote(key)}";
        var kind = cursor.Kind(what);
        switch (kind)
        {
            case GgufValueKind.String:
                return new GgufValue(file.Name, key, kind, [], cursor.String(what), null);
            case GgufValueKind.Array:
                var start = cursor.Position;
                cursor.SkipArray(what, 0);
                var end = cursor.Position;
                cursor.Position = start;
                var elementKind = cursor.Kind(what);
                var count = cursor.Count(1, what);
                if (count > Array.MaxLength) throw cursor.Wrong($"{what} has {count} elements, at most {Array.MaxLength} are read");
                var array = new GgufArray(file, key, elementKind, count, cursor.Position);
                cursor.Position = end;
                return new GgufValue(file.Name, key, kind, [], null, array);
            default:
                var scalar = cursor.Take(GgufCursor.SizeOf(kind), what).ToArray();
                if (kind == GgufValueKind.Bool && scalar[0] > 1) throw cursor.Wrong($"{what} is a bool that is neither 0 nor 1");
                return new GgufValue(file.Name, key, kind, scalar, null, null);
        }
    }

    /// <summary>A whole number of any kind; null when the kind is another or the number above 2^63-1.</summary>
    internal static long? ToInt64(GgufValueKind kind, ReadOnlySpan<byte> bytes) => kind switch
    {
        GgufValueKind.UInt8 => bytes[0],
        GgufValueKind.Int8 => (sbyte)bytes[0],
        GgufValueKind.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        GgufValueKind.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        GgufValueKind.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        GgufValueKind.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        GgufValueKind.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        GgufValueKind.UInt64 when BinaryPrimitives.ReadInt64LittleEndian(bytes) is var value and >= 0 => value,
        _ => null,
    };

    private FathomException Not(string expected) => new($"{_file}: metadata {FileErrors.Quote(_key)} is {Kind}, {expected} was expected");
}
