using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>IQ2_XXS, 66 bytes: half scale; for each 32 elements four indices of a byte, then four times seven signs and a 4-bit scale in 32 bits; w = d (s + 1/2) / 4 * grid.</summary>
internal readonly struct IQ2_XXSFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.IQ2_XXS;

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
        for (var group = 0; group < 8; group++)
        {
            var part = block.Slice(2 + 8 * group, 8);
            var signs = BinaryPrimitives.ReadUInt32LittleEndian(part[4..]);
            scales[group] = d * (0.5f + (signs >> 28)) * 0.25f;
            for (var i = 0; i < 4; i++) Grid.Iq2Xxs.CopyTo(part[i], Grid.EvenSigns(signs >> (7 * i) & 127), codes[(32 * group + 8 * i)..]);
        }
    }
}
