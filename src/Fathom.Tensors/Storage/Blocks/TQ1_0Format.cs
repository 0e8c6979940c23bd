using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>TQ1_0, 54 bytes: 48 bytes of five ternary digits each, four of four; half scale; w = d (q - 1).</summary>
internal readonly struct TQ1_0Format : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.TQ1_0;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static bool HasOffset => false;

    /// <inheritdoc/>
    public static bool FitsNibble => true;

    /// <inheritdoc/>
    public static int CodeBias => 1;

    /// <inheritdoc/>
    public static bool HalfScales => true;

    /// <inheritdoc/>
    public static void Unpack(ReadOnlySpan<byte> block, Span<sbyte> codes, Span<float> scales, Span<float> offsets)
    {
        scales[..8].Fill((float)BinaryPrimitives.ReadHalfLittleEndian(block[52..]));
        Digits(block[..32], 5, codes);
        Digits(block[32..48], 5, codes[160..]);
        Digits(block[48..52], 4, codes[240..]);
    }

    // A byte is a fraction of 256 in base three: multiplying by three moves the next digit above the point.
    private static void Digits(ReadOnlySpan<byte> bytes, int digits, Span<sbyte> codes)
    {
        var power = 1;
        for (var digit = 0; digit < digits; digit++, power *= 3)
        {
            for (var i = 0; i < bytes.Length; i++) codes[digit * bytes.Length + i] = (sbyte)(((byte)(bytes[i] * power) * 3 >> 8) - 1);
        }
    }
}
