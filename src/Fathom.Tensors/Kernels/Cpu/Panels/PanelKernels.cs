using System.Runtime.CompilerServices;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>
/// Unpacking of panels, and products of a few rows with them straight from the packed form. Every sum is one chain of FMAs in the
/// order of the depth, as in the register tiles.
/// </summary>
/// <typeparam name="TPanel">The panel format.</typeparam>
/// <typeparam name="T">The lanes.</typeparam>
internal static unsafe class PanelKernels<TPanel, T>
    where TPanel : struct, IPanelFormat
    where T : struct, ILanes<T>
{
    /// <summary>Widens <paramref name="steps"/> steps from a block boundary on to fp32 <c>[steps, 32]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Decode(byte* block, int steps, float* to)
    {
        for (; steps > 0; steps -= 32, block += TPanel.BlockBytes)
        {
            for (var group = 0; group < TPanel.Groups; group++)
            {
                TPanel.LoadScales<T>(block, group, out var scales);
                var end = Math.Min(steps, (group + 1) * (32 / TPanel.Groups));
                for (var k = group * (32 / TPanel.Groups); k < end; k++)
                {
                    TPanel.LoadWeights(block, k, scales, out T low, out T high);
                    T.Store(low, to);
                    T.Store(high, to + 16);
                    to += 32;
                }
            }
        }
    }

    /// <summary>One row, one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dot1(byte* panel, int depth, float* x, float* sums)
    {
        T low = default, high = default;
        for (; depth > 0; depth -= 32, panel += TPanel.BlockBytes, x += 32)
        {
            for (var group = 0; group < TPanel.Groups; group++)
            {
                TPanel.LoadScales<T>(panel, group, out var scales);
                var end = Math.Min(depth, (group + 1) * (32 / TPanel.Groups));
                for (var k = group * (32 / TPanel.Groups); k < end; k++)
                {
                    TPanel.LoadWeights(panel, k, scales, out T l, out T h);
                    var v = T.Broadcast(x[k]);
                    low = T.Fma(v, l, low);
                    high = T.Fma(v, h, high);
                }
            }
        }

        T.Store(low, sums);
        T.Store(high, sums + 16);
    }

    /// <summary>One row, two panels: twice the chains in flight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dot1Pair(byte* first, byte* second, int depth, float* x, float* sums)
    {
        T low = default, high = default, low2 = default, high2 = default;
        for (; depth > 0; depth -= 32, first += TPanel.BlockBytes, second += TPanel.BlockBytes, x += 32)
        {
            for (var group = 0; group < TPanel.Groups; group++)
            {
                TPanel.LoadScales<T>(first, group, out var scales);
                TPanel.LoadScales<T>(second, group, out var scales2);
                var end = Math.Min(depth, (group + 1) * (32 / TPanel.Groups));
                for (var k = group * (32 / TPanel.Groups); k < end; k++)
                {
                    var v = T.Broadcast(x[k]);
                    TPanel.LoadWeights(first, k, scales, out T l, out T h);
                    low = T.Fma(v, l, low);
                    high = T.Fma(v, h, high);
                    TPanel.LoadWeights(second, k, scales2, out l, out h);
                    low2 = T.Fma(v, l, low2);
                    high2 = T.Fma(v, h, high2);
                }
            }
        }

        T.Store(low, sums);
        T.Store(high, sums + 16);
        T.Store(low2, sums + 32);
        T.Store(high2, sums + 48);
    }

    /// <summary>Two rows, one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dot2(byte* panel, int depth, float* x, nint stride, float* sums)
    {
        T low0 = default, high0 = default, low1 = default, high1 = default;
        for (; depth > 0; depth -= 32, panel += TPanel.BlockBytes, x += 32)
        {
            for (var group = 0; group < TPanel.Groups; group++)
            {
                TPanel.LoadScales<T>(panel, group, out var scales);
                var end = Math.Min(depth, (group + 1) * (32 / TPanel.Groups));
                for (var k = group * (32 / TPanel.Groups); k < end; k++)
                {
                    TPanel.LoadWeights(panel, k, scales, out T l, out T h);
                    var v = T.Broadcast(x[k]);
                    low0 = T.Fma(v, l, low0);
                    high0 = T.Fma(v, h, high0);
                    v = T.Broadcast(x[k + stride]);
                    low1 = T.Fma(v, l, low1);
                    high1 = T.Fma(v, h, high1);
                }
            }
        }

        T.Store(low0, sums);
        T.Store(high0, sums + 16);
        T.Store(low1, sums + 32);
        T.Store(high1, sums + 48);
    }

    /// <summary>Four rows, one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dot4(byte* panel, int depth, float* x, nint stride, float* sums)
    {
        T low0 = default, high0 = default, low1 = default, high1 = default;
        T low2 = default, high2 = default, low3 = default, high3 = default;
        for (; depth > 0; depth -= 32, panel += TPanel.BlockBytes, x += 32)
        {
            for (var group = 0; group < TPanel.Groups; group++)
            {
                TPanel.LoadScales<T>(panel, group, out var scales);
                var end = Math.Min(depth, (group + 1) * (32 / TPanel.Groups));
                for (var k = group * (32 / TPanel.Groups); k < end; k++)
                {
                    TPanel.LoadWeights(panel, k, scales, out T l, out T h);
                    var from = x + k;
                    var v = T.Broadcast(*from);
                    low0 = T.Fma(v, l, low0);
                    high0 = T.Fma(v, h, high0);
                    v = T.Broadcast(from[stride]);
                    low1 = T.Fma(v, l, low1);
                    high1 = T.Fma(v, h, high1);
                    v = T.Broadcast(from[2 * stride]);
                    low2 = T.Fma(v, l, low2);
                    high2 = T.Fma(v, h, high2);
                    v = T.Broadcast(from[3 * stride]);
                    low3 = T.Fma(v, l, low3);
                    high3 = T.Fma(v, h, high3);
                }
            }
        }

        T.Store(low0, sums);
        T.Store(high0, sums + 16);
        T.Store(low1, sums + 32);
        T.Store(high1, sums + 48);
        T.Store(low2, sums + 64);
        T.Store(high2, sums + 80);
        T.Store(low3, sums + 96);
        T.Store(high3, sums + 112);
    }
}
