using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q5_1, 24 bytes: half scale, half minimum; 32 fifth bits; 16 bytes of nibbles; w = d q + m.</summary>
internal readonly struct Q5_1Format : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q5_1;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static bool HasOffset => true;

    /// <inheritdoc/>
    public static bool FitsNibble => false;

    /// <inheritdoc/>
    public static int CodeBias => 0;

    /// <inheritdoc/>
    public static bool HalfScales => true;

    /// <inheritdoc/>
    public static void Unpack(ReadOnlySpan<byte> block, Span<sbyte> codes, Span<float> scales, Span<float> offsets)
    {
        scales[0] = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        offsets[0] = (float)BinaryPrimitives.ReadHalfLittleEndian(block[2..]);
        var high = BinaryPrimitives.ReadUInt32LittleEndian(block[4..]);
        for (var i = 0; i < 16; i++)
        {
            codes[i] = (sbyte)((block[8 + i] & 15) | (int)((high >> i) & 1) << 4);
            codes[i + 16] = (sbyte)((block[8 + i] >> 4) | (int)((high >> (i + 16)) & 1) << 4);
        }
    }
}
