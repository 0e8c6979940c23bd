using System.Runtime.CompilerServices;
using Fathom.Tensors.Kernels.Cpu;

namespace Fathom.Tensors.Kernels.Gradients.Cpu;

/// <summary>x times the standard normal's distribution function.</summary>
internal readonly struct Gelu : IActivation
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T x)
        where T : struct, INumbers<T> =>
        T.Multiply(x, NumberMath<T>.Normal(x, out _));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x)
        where T : struct, INumbers<T>
    {
        var normal = NumberMath<T>.Normal(x, out var power);
        return T.Fma(T.Multiply(x, T.Broadcast(0.3989422804f)), power, normal);
    }
}
