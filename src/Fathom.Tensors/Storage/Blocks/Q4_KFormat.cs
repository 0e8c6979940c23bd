using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q4_K, 144 bytes: half scale, half minimum; 8 six-bit scale/minimum pairs in 12 bytes; 128 bytes of nibbles.</summary>
internal readonly struct Q4_KFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q4_K;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static bool HasOffset => true;

    /// <inheritdoc/>
    public static bool FitsNibble => true;

    /// <inheritdoc/>
    public static int CodeBias => 0;

    /// <inheritdoc/>
    public static bool HalfScales => false;

    /// <inheritdoc/>
    public static void Unpack(ReadOnlySpan<byte> block, Span<sbyte> codes, Span<float> scales, Span<float> offsets)
    {
        SixBitPairs.Read(block[4..], (float)BinaryPrimitives.ReadHalfLittleEndian(block), (float)BinaryPrimitives.ReadHalfLittleEndian(block[2..]), scales, offsets);
        for (var i = 0; i < 256; i++)
        {
            // Runs of 64 elements share 32 bytes: low nibbles, then high nibbles.
            var pair = block[16 + 32 * (i >> 6) + (i & 31)];
            codes[i] = (sbyte)((i & 32) == 0 ? pair & 15 : pair >> 4);
        }
    }
}
