using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q4_1, 20 bytes: half scale, half minimum; 16 bytes of nibbles, low nibbles first; w = d q + m.</summary>
internal readonly struct Q4_1Format : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q4_1;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static bool HasOffset => true;

    /// <inheritdoc/>
    public static bool FitsNibble => true;

    /// <inheritdoc/>
    public static int CodeBias => 0;

    /// <inheritdoc/>
    public static bool HalfScales => true;

    /// <inheritdoc/>
    public static void Unpack(ReadOnlySpan<byte> block, Span<sbyte> codes, Span<float> scales, Span<float> offsets)
    {
        scales[0] = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        offsets[0] = (float)BinaryPrimitives.ReadHalfLittleEndian(block[2..]);
        for (var i = 0; i < 16; i++)
        {
            codes[i] = (sbyte)(block[4 + i] & 15);
            codes[i + 16] = (sbyte)(block[4 + i] >> 4);
        }
    }
}
