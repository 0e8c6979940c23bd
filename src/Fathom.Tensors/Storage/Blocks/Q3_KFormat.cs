using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q3_K, 110 bytes: 32 bytes of third bits; 64 bytes of 2-bit codes; 16 scales of six bits in 12 bytes; half scale of the whole.</summary>
internal readonly struct Q3_KFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q3_K;

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
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block[108..]);
        for (var group = 0; group < 16; group++)
        {
            var low = group < 8 ? block[96 + group] & 15 : block[96 + group - 8] >> 4;
            var high = (block[104 + (group & 3)] >> (2 * (group >> 2))) & 3;
            scales[group] = d * ((low | high << 4) - 32);
        }

        for (var i = 0; i < 256; i++)
        {
            var low = (block[32 + 32 * (i >> 7) + (i & 31)] >> (2 * ((i >> 5) & 3))) & 3;
            // A third bit that is clear takes four away.
            var high = (block[i & 31] >> (i >> 5)) & 1;
            codes[i] = (sbyte)(low - 4 + 4 * high);
        }
    }
}
