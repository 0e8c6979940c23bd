using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>IQ1_M, 56 bytes: 32 low bytes of indices; 16 bytes of nibbles with three upper bits and the sign of the shift; 16 scales of three bits in four words whose top nibbles are the half scale of the whole; w = d (2 s + 1) (grid ± 1/8), in eighths here.</summary>
internal readonly struct IQ1_MFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.IQ1_M;

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
        var words = block[48..];
        var whole = 0;
        for (var i = 0; i < 4; i++) whole |= (BinaryPrimitives.ReadUInt16LittleEndian(words[(2 * i)..]) >> 12) << (4 * i);
        var d = (float)BitConverter.UInt16BitsToHalf((ushort)whole);
        for (var group = 0; group < 16; group++)
        {
            var word = BinaryPrimitives.ReadUInt16LittleEndian(words[(2 * (group >> 2))..]);
            scales[group] = d * (2 * (word >> (3 * (group & 3)) & 7) + 1) * 0.125f;
            for (var i = 0; i < 2; i++)
            {
                var upper = block[32 + group] >> (4 * i);
                IQ1_SFormat.Shifted(block[2 * group + i] | (upper & 7) << 8, (upper & 8) != 0, codes.Slice(16 * group + 8 * i, 8));
            }
        }
    }
}
