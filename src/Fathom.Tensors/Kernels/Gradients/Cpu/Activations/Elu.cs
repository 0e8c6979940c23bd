using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>x where positive, else e^x - 1, which is 2 t / (1 - t) with t = tanh(x / 2) near zero.</summary>
internal readonly struct Elu : IActivation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, INumbers<T>
    {
        var (zero, one) = (T.Broadcast(0f), T.Broadcast(1f));
        var lower = T.SelectLess(x, zero, x, zero);
        var t = NumberMath<T>.TanhNearZero(T.Multiply(T.Broadcast(0.5f), lower));
        var near = T.Divide(T.Add(t, t), T.Subtract(one, t));
        var beyond = T.Subtract(NumberMath<T>.ExpNonPositive(lower), one);
        return T.SelectLess(x, zero, T.SelectLess(x, T.Broadcast(-1f), beyond, near), x);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, INumbers<T>
    {
        var zero = T.Broadcast(0f);
        return NumberMath<T>.ExpNonPositive(T.SelectLess(x, zero, x, zero));
    }
}
