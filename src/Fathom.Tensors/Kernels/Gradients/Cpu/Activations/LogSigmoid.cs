using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>ln sigmoid(x) = min(x, 0) - ln(1 + e^-|x|).</summary>
internal readonly struct LogSigmoid : IActivation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, INumbers<T>
    {
        var zero = T.Broadcast(0f);
        var log = NumberMath<T>.LogOnePlus(NumberMath<T>.ExpNonPositive(T.Subtract(zero, T.Abs(x))));
        return T.Subtract(T.SelectLess(x, zero, x, zero), log);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, INumbers<T>
    {
        _ = NumberMath<T>.Sigmoid(x, out var rest);
        return rest;
    }
}
