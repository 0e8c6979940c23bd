using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>IQ2_XS, 74 bytes: half scale; for each eight elements nine bits of index and seven signs; 16 scales of four bits; w = d (s + 1/2) / 4 * grid.</summary>
internal readonly struct IQ2_XSFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.IQ2_XS;

    /// <inheritdoc/>
    public static int GroupSize => 16;

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
        for (var group = 0; group < 16; group++)
        {
            scales[group] = d * (0.5f + (block[66 + (group >> 1)] >> (4 * (group & 1)) & 15)) * 0.25f;
            for (var i = 0; i < 2; i++)
            {
                var word = BinaryPrimitives.ReadUInt16LittleEndian(block[(2 + 4 * group + 2 * i)..]);
                Grid.Iq2Xs.CopyTo(word & 511, Grid.EvenSigns((uint)word >> 9), codes[(16 * group + 8 * i)..]);
            }
        }
    }
}
