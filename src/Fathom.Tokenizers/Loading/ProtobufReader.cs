using System.Buffers.Binary;
using System.Text;

namespace Fathom.Tokenizers.Loading;

/// <summary>Reads the fields of a protocol buffer message; every length is checked against the bytes that are left.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message, string source)
{
    private readonly string _source = source;
    private ReadOnlySpan<byte> _rest = message;
    private ulong _number;
    private ReadOnlySpan<byte> _bytes;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The field's value as bytes; empty when it is a number.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The field's value as text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(_bytes);

    /// <summary>The field's value as a whole number.</summary>
    public readonly int Int32 => unchecked((int)_number);

    /// <summary>The field's value as a truth value.</summary>
    public readonly bool Flag => _number != 0;

    /// <summary>The field's value as a 32-bit float.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle(unchecked((uint)_number));

    /// <summary>Goes to the next field.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
            return false;
        var tag = Number();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        _bytes = default;
        _number = 0;
        switch (tag & 7)
        {
            case 0:
                _number = Number();
                break;
            case 1:
                _number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                _bytes = Take(Number());
                break;
            case 5:
                _number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw Wrong($"a field of wire type {tag & 7}");
        }

        return true;
    }

    private readonly FathomException Wrong(string what) =>
        new($"{_source}: not a SentencePiece model: {what} with {_rest.Length} bytes left. Take the file from the model's publisher again.");

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
            throw Wrong($"a field of {length} bytes");
        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private ulong Number()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Take(1)[0];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw Wrong("a number of more than ten bytes");
    }
}
