using System.Runtime.Intrinsics;

namespace Fathom.Models.Adapters;

/// <summary>Adds an update to the weight it updates.</summary>
internal static class LoraMerging
{
    /// <summary>weight [N, K] += scale (b [N, r] a [r, K]); each element adds its terms in the order of r, whatever the vector width.</summary>
    public static void Add(LoraTarget target, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> weight)
    {
        var (inputs, rank, scale) = (target.Inputs, target.Rank, target.Scale);
        for (var n = 0; n < target.Outputs; n++)
        {
            var row = weight.Slice(n * inputs, inputs);
            var factors = b.Slice(n * rank, rank);
            var k = 0;
            for (; k + Vector256<float>.Count <= inputs; k += Vector256<float>.Count)
            {
                var sum = Vector256<float>.Zero;
                for (var r = 0; r < rank; r++) sum = Vector256.FusedMultiplyAdd(Vector256.Create(factors[r]), Vector256.Create(a.Slice(r * inputs + k)), sum);
                (Vector256.Create<float>(row[k..]) + sum * scale).CopyTo(row[k..]);
            }

            for (; k < inputs; k++)
            {
                var sum = 0f;
                for (var r = 0; r < rank; r++) sum = MathF.FusedMultiplyAdd(factors[r], a[r * inputs + k], sum);
                row[k] += sum * scale;
            }
        }
    }

    /// <summary>The same for a weight that is stored the other way round, <c>[K, N]</c>; the same bits at the same element.</summary>
    public static void AddTransposed(LoraTarget target, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> weight)
    {
        var (inputs, outputs, rank) = (target.Inputs, target.Outputs, target.Rank);
        for (var k = 0; k < inputs; k++)
        {
            for (var n = 0; n < outputs; n++)
            {
                var sum = 0f;
                for (var r = 0; r < rank; r++) sum = MathF.FusedMultiplyAdd(b[n * rank + r], a[r * inputs + k], sum);
                weight[k * outputs + n] += sum * target.Scale;
            }
        }
    }
}
