using System.Numerics;

namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>
/// Causal grouped-query attention of one whole sequence: q, y [T, H, D], k, v [T, G, D]; head h reads key/value head h G / H.
/// Position i sees j with i - window &lt; j &lt;= i (window 0: no limit).
/// </summary>
internal static class PlainAttention
{
    /// <summary>y = softmax(scale q k) v; logSumExp [T, H] keeps what the backward pass needs to make the weights again.</summary>
    public static void Forward<T>(ReadOnlySpan<T> q, ReadOnlySpan<T> k, ReadOnlySpan<T> v, in AttentionShape shape, T scale, Span<T> y, Span<T> logSumExp)
        where T : IFloatingPointIeee754<T>
    {
        var scores = new T[shape.Tokens];
        for (var i = 0; i < shape.Tokens; i++)
        {
            for (var h = 0; h < shape.Heads; h++)
            {
                var query = q.Slice(shape.Query(i, h), shape.HeadDim);
                var first = shape.FirstKey(i);
                var largest = T.NegativeInfinity;
                for (var j = first; j <= i; j++)
                {
                    scores[j] = scale * Dot(query, k.Slice(shape.Key(j, h), shape.HeadDim));
                    largest = T.Max(largest, scores[j]);
                }

                var sum = T.Zero;
                for (var j = first; j <= i; j++)
                {
                    sum += T.Exp(scores[j] - largest);
                }

                var norm = logSumExp[i * shape.Heads + h] = largest + T.Log(sum);
                var output = y.Slice(shape.Query(i, h), shape.HeadDim);
                output.Clear();
                for (var j = first; j <= i; j++)
                {
                    AddScaled(T.Exp(scores[j] - norm), v.Slice(shape.Key(j, h), shape.HeadDim), output);
                }
            }
        }
    }

    /// <summary>
    /// With p the softmax weights and d = dy . y: dv[j] += p dy, ds = p (dy . v[j] - d), dq += scale ds k[j], dk[j] += scale ds q.
    /// </summary>
    public static void Backward<T>(
        ReadOnlySpan<T> q, ReadOnlySpan<T> k, ReadOnlySpan<T> v, ReadOnlySpan<T> y, ReadOnlySpan<T> logSumExp, ReadOnlySpan<T> dy,
        in AttentionShape shape, T scale, Span<T> dq, Span<T> dk, Span<T> dv)
        where T : IFloatingPointIeee754<T>
    {
        for (var i = 0; i < shape.Tokens; i++)
        {
            for (var h = 0; h < shape.Heads; h++)
            {
                var query = q.Slice(shape.Query(i, h), shape.HeadDim);
                var gradient = dy.Slice(shape.Query(i, h), shape.HeadDim);
                var along = Dot(gradient, y.Slice(shape.Query(i, h), shape.HeadDim));
                for (var j = shape.FirstKey(i); j <= i; j++)
                {
                    var key = k.Slice(shape.Key(j, h), shape.HeadDim);
                    var weight = T.Exp(scale * Dot(query, key) - logSumExp[i * shape.Heads + h]);
                    AddScaled(weight, gradient, dv.Slice(shape.Key(j, h), shape.HeadDim));
                    var ds = scale * weight * (Dot(gradient, v.Slice(shape.Key(j, h), shape.HeadDim)) - along);
                    AddScaled(ds, key, dq.Slice(shape.Query(i, h), shape.HeadDim));
                    AddScaled(ds, query, dk.Slice(shape.Key(j, h), shape.HeadDim));
                }
            }
        }
    }

    private static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : IFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        for (var i = 0; i < a.Length; i++)
        {
            sum = T.FusedMultiplyAdd(a[i], b[i], sum);
        }

        return sum;
    }

    private static void AddScaled<T>(T factor, ReadOnlySpan<T> x, Span<T> y)
        where T : IFloatingPointIeee754<T>
    {
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = T.FusedMultiplyAdd(factor, x[i], y[i]);
        }
    }
}
