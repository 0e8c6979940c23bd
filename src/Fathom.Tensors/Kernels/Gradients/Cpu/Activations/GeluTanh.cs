using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>x sigmoid(2u) with u = sqrt(2 / pi) (x + 0.044715 x^3), which is the GELU by tanh.</summary>
internal readonly struct GeluTanh : IActivation
{
    // 2 sqrt(2 / pi), and that times 0.044715.
    private const float Twice = 1.5957691216f, Cube = 0.0713548162726f;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, INumbers<T> =>
        T.Multiply(x, NumberMath<T>.Sigmoid(Inner(x), out _));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, INumbers<T>
    {
        var p = NumberMath<T>.Sigmoid(Inner(x), out var rest);
        var slope = T.Fma(T.Multiply(T.Broadcast(3f * Cube), x), x, T.Broadcast(Twice));
        return T.Fma(T.Multiply(T.Multiply(x, p), rest), slope, p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Inner<T>(T x)
        where T : struct, INumbers<T> =>
        T.Multiply(x, T.Fma(T.Multiply(T.Broadcast(Cube), x), x, T.Broadcast(Twice)));
}
