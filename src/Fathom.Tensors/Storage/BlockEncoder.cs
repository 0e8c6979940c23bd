using System.Buffers.Binary;

namespace Fathom.Tensors;

/// <summary>
/// Stores fp32 numbers in narrower types: F16, BF16 (to nearest, ties to even) and GGUF's Q8_0, Q4_0 and Q4_1, to the bit as ggml's
/// reference quantisers do (as gguf-py 0.19 writes them down).
/// </summary>
public static class BlockEncoder
{
    private const int Block = 32;

    /// <summary>Whether <see cref="Encode"/> writes <paramref name="type"/>.</summary>
    public static bool CanEncode(DType type) => type is DType.F32 or DType.F16 or DType.BF16 or DType.Q8_0 or DType.Q4_0 or DType.Q4_1;

    /// <summary>Fills <paramref name="destination"/> with the numbers of <paramref name="source"/>.</summary>
    /// <param name="type">How to store them.</param>
    /// <param name="source">The numbers; a whole number of blocks.</param>
    /// <param name="destination">Exactly the bytes they take, little-endian.</param>
    /// <returns>Index of the first number that the type cannot hold (not finite, or too large), or -1.</returns>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    /// <exception cref="NotSupportedException">The type is not written.</exception>
    public static int Encode(DType type, ReadOnlySpan<float> source, Span<byte> destination)
    {
        if (!CanEncode(type)) throw new NotSupportedException($"{DTypeInfo.Of(type).Name} is not written.");
        var expected = DTypeInfo.Of(type).ByteLength(source.Length);
        if (destination.Length != expected) throw new ArgumentException($"{source.Length} {DTypeInfo.Of(type).Name} elements take {expected} bytes, not {destination.Length}.", nameof(destination));
        var bad = FirstThatDoesNotFit(type, source);
        if (bad >= 0) return bad;
        switch (type)
        {
            case DType.F32:
                for (var i = 0; i < source.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(destination[(4 * i)..], source[i]);
                break;
            case DType.F16:
                for (var i = 0; i < source.Length; i++) BinaryPrimitives.WriteHalfLittleEndian(destination[(2 * i)..], (Half)source[i]);
                break;
            case DType.BF16:
                for (var i = 0; i < source.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(destination[(2 * i)..], UpperHalf(source[i]));
                break;
            case DType.Q8_0:
                for (var at = 0; at < source.Length; at += Block) Q8_0(source.Slice(at, Block), destination.Slice(at / Block * 34, 34));
                break;
            case DType.Q4_0:
                for (var at = 0; at < source.Length; at += Block) Q4_0(source.Slice(at, Block), destination.Slice(at / Block * 18, 18));
                break;
            default:
                for (var at = 0; at < source.Length; at += Block) Q4_1(source.Slice(at, Block), destination.Slice(at / Block * 20, 20));
                break;
        }

        return -1;
    }

    private static int FirstThatDoesNotFit(DType type, ReadOnlySpan<float> source)
    {
        if (type == DType.F32) return -1;
        for (var i = 0; i < source.Length; i++)
        {
            // Scales are halves: a block of numbers beyond their reach would come back infinite.
            var scaled = type switch { DType.Q8_0 => source[i] / 127, DType.Q4_0 => source[i] / 8, _ => source[i] };
            if (!float.IsFinite(source[i]) || (type == DType.BF16 ? (UpperHalf(source[i]) & 0x7F80) == 0x7F80 : Half.IsInfinity((Half)scaled))) return i;
        }

        return -1;
    }

    private static ushort UpperHalf(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static void Q8_0(ReadOnlySpan<float> values, Span<byte> block)
    {
        var largest = 0f;
        foreach (var value in values) largest = Math.Max(largest, Math.Abs(value));
        var scale = largest / 127f;
        var inverse = scale == 0 ? 0 : 1f / scale;
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);

        // Ties go away from zero, as C's roundf.
        for (var i = 0; i < Block; i++) block[2 + i] = (byte)(sbyte)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero);
    }

    // The number of largest size becomes exactly -8: its sign decides that of the scale.
    private static void Q4_0(ReadOnlySpan<float> values, Span<byte> block)
    {
        var (size, largest) = (0f, 0f);
        foreach (var value in values)
        {
            if (Math.Abs(value) <= size) continue;
            (size, largest) = (Math.Abs(value), value);
        }

        var scale = largest / -8f;
        var inverse = scale == 0 ? 0 : 1f / scale;
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        for (var i = 0; i < Block / 2; i++) block[2 + i] = (byte)(Code(values[i], inverse, 8.5) | Code(values[i + 16], inverse, 8.5) << 4);
    }

    private static void Q4_1(ReadOnlySpan<float> values, Span<byte> block)
    {
        var (least, most) = (values[0], values[0]);
        foreach (var value in values) (least, most) = (Math.Min(least, value), Math.Max(most, value));
        var scale = (most - least) / 15f;
        var inverse = scale == 0 ? 0 : 1f / scale;
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        BinaryPrimitives.WriteHalfLittleEndian(block[2..], (Half)least);
        for (var i = 0; i < Block / 2; i++) block[4 + i] = (byte)(Code(values[i] - least, inverse, 0.5) | Code(values[i + 16] - least, inverse, 0.5) << 4);
    }

    // The reference multiplies and adds as if fused; in double the product of two singles is exact.
    private static int Code(float value, float inverse, double half) => Math.Clamp((int)((double)value * inverse + half), 0, 15);
}
