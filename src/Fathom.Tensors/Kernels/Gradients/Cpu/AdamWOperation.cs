using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>One AdamW step: A weights, B gradients (cleared), C first and D second moments. See <see cref="AdamWFactors"/>.</summary>
/// <typeparam name="T">The lanes.</typeparam>
internal readonly unsafe struct AdamWOperation<T> : IElementOperation<T>
    where T : struct, ILanes<T>
{
    /// <inheritdoc/>
    public static int Outputs => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(in Elements e, long at)
    {
        var g = T.Load(e.B + at);
        var m = T.Load(e.C + at);
        m = T.Fma(T.Broadcast(e.Factors.TakeFirst), T.Subtract(g, m), m);
        var v = T.Fma(T.Multiply(T.Broadcast(e.Factors.TakeSecond), g), g, T.Multiply(T.Broadcast(e.Factors.KeepSecond), T.Load(e.D + at)));
        var below = T.Fma(T.Broadcast(e.Factors.Root), T.Sqrt(v), T.Broadcast(e.Factors.Epsilon));
        var w = T.Multiply(T.Broadcast(e.Factors.Kept), T.Load(e.A + at));
        T.Store(T.Fma(T.Broadcast(-e.Factors.Rate), T.Divide(m, below), w), e.A + at);
        T.Store(T.Broadcast(0f), e.B + at);
        T.Store(m, e.C + at);
        T.Store(v, e.D + at);
    }
}
