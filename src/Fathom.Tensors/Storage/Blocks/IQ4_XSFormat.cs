using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>IQ4_XS, 136 bytes: half scale; the upper bit pairs of eight 6-bit scales in two bytes, their low nibbles in four; 128 bytes of nibbles; w = d (s - 32) v(q).</summary>
internal readonly struct IQ4_XSFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.IQ4_XS;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static bool HasOffset => false;

    /// <inheritdoc/>
    public static bool FitsNibble => false;

    /// <inheritdoc/>
    public static int CodeBias => 0;

    /// <inheritdoc/>
    public static bool HalfScales => false;

    /// <inheritdoc/>
    public static void Unpack(ReadOnlySpan<byte> block, Span<sbyte> codes, Span<float> scales, Span<float> offsets)
    {
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        var upper = BinaryPrimitives.ReadUInt16LittleEndian(block[2..]);
        for (var group = 0; group < 8; group++)
        {
            var scale = (block[4 + (group >> 1)] >> (4 * (group & 1)) & 15) | (upper >> (2 * group) & 3) << 4;
            scales[group] = d * (scale - 32);
            FourBitCodes.Unpack(block.Slice(8 + 16 * group, 16), FourBitCodes.Nonlinear, codes[(32 * group)..]);
        }
    }
}
