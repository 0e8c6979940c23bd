using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q4_0, 18 bytes: half scale; 16 bytes of nibbles, low nibbles first; w = d (q - 8).</summary>
internal readonly struct Q4_0Format : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q4_0;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static bool HasOffset => false;

    /// <inheritdoc/>
    public static bool FitsNibble => true;

    /// <inheritdoc/>
    public static int CodeBias => 8;

    /// <inheritdoc/>
    public static bool HalfScales => true;

    /// <inheritdoc/>
    public static void Unpack(ReadOnlySpan<byte> block, Span<sbyte> codes, Span<float> scales, Span<float> offsets)
    {
        scales[0] = (float)BinaryPrimitives.ReadHalfLittleEndian(block);
        for (var i = 0; i < 16; i++)
        {
            codes[i] = (sbyte)((block[2 + i] & 15) - 8);
            codes[i + 16] = (sbyte)((block[2 + i] >> 4) - 8);
        }
    }
}
