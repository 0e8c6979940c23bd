using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>IQ3_XXS, 98 bytes: half scale; 64 indices of a byte; for each 32 elements four times seven signs and a 4-bit scale in 32 bits; w = d (s + 1/2) / 2 * grid.</summary>
internal readonly struct IQ3_XXSFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.IQ3_XXS;

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
            var signs = BinaryPrimitives.ReadUInt32LittleEndian(block[(66 + 4 * group)..]);
            scales[group] = d * (0.5f + (signs >> 28)) * 0.5f;
            for (var i = 0; i < 8; i++)
            {
                var eight = Grid.EvenSigns(signs >> (7 * (i >> 1)) & 127);
                Grid.Iq3Xxs.CopyTo(block[2 + 8 * group + i], eight >> (4 * (i & 1)), codes[(32 * group + 4 * i)..]);
            }
        }
    }
}
