using System.Runtime.CompilerServices;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>fp32 weights: <c>[depth, 32]</c>.</summary>
internal readonly unsafe struct FloatPanel : IPanelFormat
{
    /// <inheritdoc/>
    public static int BlockBytes => 32 * 32 * sizeof(float);

    /// <inheritdoc/>
    public static int Groups => 1;

    /// <inheritdoc/>
    public static bool IsFloat => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(byte** rows, int depth, byte* panel)
    {
        // Sixteen steps at a time: each row's cache line is read once and the sixteen lines written stay in the first-level cache.
        var to = (float*)panel;
        for (var k0 = 0; k0 < depth; k0 += 16)
        {
            var steps = Math.Min(16, depth - k0);
            for (var j = 0; j < 32; j++)
            {
                var from = (float*)rows[j] + k0;
                for (var k = 0; k < steps; k++)
                {
                    to[(k0 + k) * 32 + j] = rows[j] == null ? 0f : from[k];
                }
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadScales<T>(byte* block, int group, out PanelScales<T> scales)
        where T : struct, ILanes<T> => scales = default;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadWeights<T>(byte* block, int k, in PanelScales<T> scales, out T low, out T high)
        where T : struct, ILanes<T>
    {
        low = T.Load((float*)block + k * 32);
        high = T.Load((float*)block + k * 32 + 16);
    }
}
