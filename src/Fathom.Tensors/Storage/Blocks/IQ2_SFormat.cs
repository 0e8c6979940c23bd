using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>IQ2_S, 82 bytes: half scale; 32 low bytes of indices; 32 bytes of signs; eight bytes of upper index bits; 16 scales of four bits; w = d (s + 1/2) / 4 * grid.</summary>
internal readonly struct IQ2_SFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.IQ2_S;

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
        for (var group = 0; group < 16; group++) scales[group] = d * (0.5f + (block[74 + (group >> 1)] >> (4 * (group & 1)) & 15)) * 0.25f;
        for (var i = 0; i < 32; i++)
        {
            var upper = block[66 + (i >> 2)] >> (2 * (i & 3)) & 3;
            Grid.Iq2S.CopyTo(block[2 + i] | upper << 8, block[34 + i], codes[(8 * i)..]);
        }
    }
}
