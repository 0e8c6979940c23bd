using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>TQ2_0, 66 bytes: 64 bytes of 2-bit codes; half scale; w = d (q - 1).</summary>
internal readonly struct TQ2_0Format : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.TQ2_0;

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
        scales[..8].Fill((float)BinaryPrimitives.ReadHalfLittleEndian(block[64..]));
        for (var i = 0; i < 256; i++) codes[i] = (sbyte)((block[32 * (i >> 7) + (i & 31)] >> (2 * (i >> 5 & 3)) & 3) - 1);
    }
}
