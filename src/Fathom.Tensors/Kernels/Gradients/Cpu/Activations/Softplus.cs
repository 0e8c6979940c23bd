using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|).</summary>
internal readonly struct Softplus : IActivation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, INumbers<T>
    {
        var zero = T.Broadcast(0f);
        var log = NumberMath<T>.LogOnePlus(NumberMath<T>.ExpNonPositive(T.Subtract(zero, T.Abs(x))));
        return T.Add(T.SelectLess(x, zero, zero, x), log);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, INumbers<T> =>
        NumberMath<T>.Sigmoid(x, out _);
}
