using System.Numerics;

namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>Cross-entropy of logits [R, V] with one target a row; a negative target leaves the row out.</summary>
internal static class PlainCrossEntropy
{
    /// <summary>Sum over the rows of weight (logsumexp - logit of the target); an empty weight list means ones.</summary>
    public static T Forward<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, ReadOnlySpan<T> weights, int vocabulary)
        where T : IFloatingPointIeee754<T>
    {
        var loss = T.Zero;
        for (var r = 0; r < targets.Length; r++)
        {
            if (targets[r] >= 0)
            {
                var row = logits.Slice(r * vocabulary, vocabulary);
                loss += (LogSumExp(row) - row[targets[r]]) * (weights.IsEmpty ? T.One : weights[r]);
            }
        }

        return loss;
    }

    /// <summary>dlogits = gradient weight (softmax - one at the target); rows left out get zero.</summary>
    public static void Backward<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, ReadOnlySpan<T> weights, int vocabulary, T gradient, Span<T> dlogits)
        where T : IFloatingPointIeee754<T>
    {
        for (var r = 0; r < targets.Length; r++)
        {
            var row = logits.Slice(r * vocabulary, vocabulary);
            var result = dlogits.Slice(r * vocabulary, vocabulary);
            if (targets[r] < 0)
            {
                result.Clear();
                continue;
            }

            var (scale, norm) = (gradient * (weights.IsEmpty ? T.One : weights[r]), LogSumExp(row));
            for (var v = 0; v < vocabulary; v++)
            {
                result[v] = scale * T.Exp(row[v] - norm);
            }

            result[targets[r]] -= scale;
        }
    }

    private static T LogSumExp<T>(ReadOnlySpan<T> row)
        where T : IFloatingPointIeee754<T>
    {
        var largest = T.NegativeInfinity;
        foreach (var value in row)
        {
            largest = T.Max(largest, value);
        }

        var sum = T.Zero;
        foreach (var value in row)
        {
            sum += T.Exp(value - largest);
        }

        return largest + T.Log(sum);
    }
}
