using System.Buffers.Binary;

namespace Fathom.Tensors.Blocks;

/// <summary>Q6_K, 210 bytes: 128 bytes of low nibbles; 64 bytes of upper bit pairs; 16 signed scales; half scale of the whole; w = d s (q - 32).</summary>
internal readonly struct Q6_KFormat : IBlockFormat
{
    /// <inheritdoc/>
    public static DType Type => DType.Q6_K;

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
        var d = (float)BinaryPrimitives.ReadHalfLittleEndian(block[208..]);
        for (var group = 0; group < 16; group++)
        {
            scales[group] = d * (sbyte)block[192 + group];
        }

        for (var i = 0; i < 256; i++)
        {
            var half = i >> 7;
            var run = (i >> 5) & 3;
            var nibbles = block[64 * half + 32 * (run & 1) + (i & 31)];
            var low = run < 2 ? nibbles & 15 : nibbles >> 4;
            var high = (block[128 + 32 * half + (i & 31)] >> (2 * run)) & 3;
            codes[i] = (sbyte)((low | high << 4) - 32);
        }
    }
}
