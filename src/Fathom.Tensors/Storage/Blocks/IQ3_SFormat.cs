using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>IQ3_S, 110 bytes: half scale; 64 low bytes of indices; eight bytes of ninth bits; 32 bytes of signs; eight scales of four bits; w = d (2 s + 1) grid.</summary>
internal readonly struct IQ3_SFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.IQ3_S;

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
            scales[group] = d * (1 + 2 * (block[106 + (group >> 1)] >> (4 * (group & 1)) & 15));
            for (var i = 0; i < 8; i++)
            {
                var ninth = block[66 + group] >> i & 1;
                Grid.Iq3S.CopyTo(block[2 + 8 * group + i] | ninth << 8, block[74 + 4 * group + (i >> 1)] >> (4 * (i & 1)), codes[(32 * group + 4 * i)..]);
            }
        }
    }
}
