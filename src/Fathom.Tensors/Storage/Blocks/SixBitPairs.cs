namespace Fathom.Tensors.Blocks;

/// <summary>The eight six-bit scales and minimums that Q4_K and Q5_K squeeze into twelve bytes.</summary>
internal static class SixBitPairs
{
    /// <summary>scales[i] = d s_i; offsets[i] = -(minimum m_i).</summary>
    public static void Read(ReadOnlySpan<byte> packed, float d, float minimum, Span<float> scales, Span<float> offsets)
    {
        for (var i = 0; i < 8; i++)
        {
            int scale, lowest;
            if (i < 4)
            {
                scale = packed[i] & 63;
                lowest = packed[i + 4] & 63;
            }
            else
            {
                scale = (packed[i + 4] & 15) | (packed[i - 4] >> 6) << 4;
                lowest = (packed[i + 4] >> 4) | (packed[i] >> 6) << 4;
            }

            scales[i] = d * scale;
            offsets[i] = -(minimum * lowest);
        }
    }
}
