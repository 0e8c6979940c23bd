using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>The hyperbolic tangent; its derivative is 4 e / (1 + e)^2 with e = e^-2|x|.</summary>
internal readonly struct Tanh : IActivation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, INumbers<T> =>
        NumberMath<T>.Tanh(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, INumbers<T>
    {
        var p = NumberMath<T>.Sigmoid(T.Add(x, x), out var rest);
        return T.Multiply(T.Multiply(T.Broadcast(4f), p), rest);
    }
}
