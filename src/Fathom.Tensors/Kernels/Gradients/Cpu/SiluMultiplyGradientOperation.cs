using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>
/// A += dgate, B += dup for y = silu(C gate) (D up) with E = dy. With e = exp(-|gate|), p = sigmoid(gate) and its complement are
/// 1 / (1 + e) and e / (1 + e), one way round or the other: neither cancels.
/// </summary>
/// <typeparam name="T">The lanes.</typeparam>
internal readonly unsafe struct SiluMultiplyGradientOperation<T> : IElementOperation<T>
    where T : struct, ILanes<T>
{
    /// <inheritdoc/>
    public static int Outputs => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(in Elements e, long at)
    {
        var (zero, one) = (T.Broadcast(0f), T.Broadcast(1f));
        var gate = T.Load(e.C + at);
        var dy = T.Load(e.E + at);
        var power = LaneMath<T>.ExpNonPositive(T.Subtract(zero, T.Abs(gate)));
        var inverse = T.Divide(one, T.Add(one, power));
        var small = T.Multiply(power, inverse);
        var p = T.SelectLess(gate, zero, small, inverse);
        if (e.A != null)
        {
            var rest = T.SelectLess(gate, zero, inverse, small);
            var slope = T.Multiply(p, T.Fma(gate, rest, one));
            T.Store(T.Fma(T.Multiply(dy, T.Load(e.D + at)), slope, T.Load(e.A + at)), e.A + at);
        }

        if (e.B != null)
        {
            T.Store(T.Fma(dy, T.Multiply(gate, p), T.Load(e.B + at)), e.B + at);
        }
    }
}
