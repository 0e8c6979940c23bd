using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q1_0, 18 bytes: half scale; 128 bits; w = d where a bit is set, else -d.</summary>
internal readonly struct Q1_0Format : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q1_0;

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
        scales[..4].Fill((float)BinaryPrimitives.ReadHalfLittleEndian(block));
        for (var i = 0; i < 128; i++) codes[i] = (sbyte)((block[2 + (i >> 3)] >> (i & 7) & 1) != 0 ? 1 : -1);
    }
}
