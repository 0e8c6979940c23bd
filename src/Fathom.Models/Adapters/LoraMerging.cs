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
}
