using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>x sigmoid(1.702 x).</summary>
internal readonly struct QuickGelu : IActivation
{
    private const float Steepness = 1.702f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, INumbers<T> =>
        T.Multiply(x, NumberMath<T>.Sigmoid(T.Multiply(T.Broadcast(Steepness), x), out _));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, INumbers<T>
    {
        var u = T.Multiply(T.Broadcast(Steepness), x);
        var p = NumberMath<T>.Sigmoid(u, out var rest);
        return T.Multiply(p, T.Fma(u, rest, T.Broadcast(1f)));
    }
}
