using System.Numerics;

namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>y = gate sigmoid(gate) up, element by element.</summary>
internal static class PlainSiluMultiply
{
    public static void Forward<T>(ReadOnlySpan<T> gate, ReadOnlySpan<T> up, Span<T> y)
        where T : IFloatingPointIeee754<T>
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = gate[i] / (T.One + T.Exp(-gate[i])) * up[i];
        }
    }

    /// <summary>With p = sigmoid(gate): dgate += dy up p (1 + gate (1 - p)); dup += dy gate p.</summary>
    public static void Backward<T>(ReadOnlySpan<T> gate, ReadOnlySpan<T> up, ReadOnlySpan<T> dy, Span<T> dgate, Span<T> dup)
        where T : IFloatingPointIeee754<T>
    {
        for (var i = 0; i < dy.Length; i++)
        {
            var p = T.One / (T.One + T.Exp(-gate[i]));
            dgate[i] += dy[i] * up[i] * p * (T.One + gate[i] * (T.One - p));
            dup[i] += dy[i] * gate[i] * p;
        }
    }
}
