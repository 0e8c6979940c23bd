using System.Runtime.CompilerServices;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>bfloat16 weights: <c>[depth, 16]</c> words of two.</summary>
internal readonly unsafe struct BFloatPanel : IPanelFormat
{
    /// <inheritdoc/>
    public static int BlockBytes => 32 * 32 * sizeof(ushort);

    /// <inheritdoc/>
    public static int Groups => 1;

    /// <inheritdoc/>
    public static bool IsFloat => false;

    /// <inheritdoc/>
    public static void Pack(byte** rows, int depth, byte* panel) => WordPacker.Pack(rows, depth, panel);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadScales<T>(byte* block, int group, out PanelScales<T> scales)
        where T : struct, ILanes<T> => scales = default;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadWeights<T>(byte* block, int k, in PanelScales<T> scales, out T low, out T high)
        where T : struct, ILanes<T> => T.LoadBFloats(block + k * 64, out low, out high);
}
