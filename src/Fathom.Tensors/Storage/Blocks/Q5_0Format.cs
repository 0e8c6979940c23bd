using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q5_0, 22 bytes: half scale; 32 fifth bits; 16 bytes of nibbles; w = d (q - 16).</summary>
internal readonly struct Q5_0Format : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q5_0;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static bool HasOffset => false;

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
        var high = BinaryPrimitives.ReadUInt32LittleEndian(block[2..]);
        for (var i = 0; i < 16; i++)
        {
            codes[i] = (sbyte)(((block[6 + i] & 15) | (int)((high >> i) & 1) << 4) - 16);
            codes[i + 16] = (sbyte)(((block[6 + i] >> 4) | (int)((high >> (i + 16)) & 1) << 4) - 16);
        }
    }
}
