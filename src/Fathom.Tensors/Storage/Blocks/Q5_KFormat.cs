using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q5_K, 176 bytes: as Q4_K with 32 bytes of fifth bits before the nibbles.</summary>
internal readonly struct Q5_KFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q5_K;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static bool HasOffset => true;

    /// <inheritdoc/>
    public static bool FitsNibble => false;

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
            var pair = block[48 + 32 * (i >> 6) + (i & 31)];
            var low = (i & 32) == 0 ? pair & 15 : pair >> 4;
            var high = (block[16 + (i & 31)] >> (i >> 5)) & 1;
            codes[i] = (sbyte)(low | high << 4);
        }
    }
}
