using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q2_0, 18 bytes: half scale; 64 codes of two bits; w = d (q - 1).</summary>
internal readonly struct Q2_0Format : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q2_0;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static bool HasOffset => false;

    /// <inheritdoc/>
    public static bool FitsNibble => true;

    /// <inheritdoc/>
    public static int CodeBias => 1;

    /// <inheritdoc/>
    public static bool HalfScales => true;

    /// <inheritdoc/>
    public static void Unpack(ReadOnlySpan<byte> block, Span<sbyte> codes, Span<float> scales, Span<float> offsets)
    {
        scales[..2].Fill((float)BinaryPrimitives.ReadHalfLittleEndian(block));
        for (var i = 0; i < 64; i++) codes[i] = (sbyte)((block[2 + (i >> 2)] >> (2 * (i & 3)) & 3) - 1);
    }
}
