using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>x sigmoid(x).</summary>
internal readonly struct Silu : IActivation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, INumbers<T> =>
        NumberMath<T>.Silu(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, INumbers<T>
    {
        var p = NumberMath<T>.Sigmoid(x, out var rest);
        return T.Multiply(p, T.Fma(x, rest, T.Broadcast(1f)));
    }
}
