using System.Numerics;

namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>AdamW with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2, the schedule folded into the learning rate).</summary>
internal static class PlainAdamW
{
    /// <summary>One step, <paramref name="step"/> counted from 1; first and second moments are updated in place.</summary>
    public static void Step<T>(Span<T> w, ReadOnlySpan<T> gradient, Span<T> first, Span<T> second, int step, T rate, T beta1, T beta2, T epsilon, T decay)
        where T : IFloatingPointIeee754<T>
    {
        var correct1 = T.One - T.Pow(beta1, T.CreateChecked(step));
        var correct2 = T.Sqrt(T.One - T.Pow(beta2, T.CreateChecked(step)));
        for (var i = 0; i < w.Length; i++)
        {
            var g = gradient[i];
            first[i] = beta1 * first[i] + (T.One - beta1) * g;
            second[i] = beta2 * second[i] + (T.One - beta2) * g * g;
            w[i] = w[i] * (T.One - rate * decay) - rate / correct1 * first[i] / (T.Sqrt(second[i]) / correct2 + epsilon);
        }
    }
}
