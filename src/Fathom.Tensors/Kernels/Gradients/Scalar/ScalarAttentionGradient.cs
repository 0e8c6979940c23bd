using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Kernels.Gradients;
using static Fathom.Tensors.Kernels.MathConstants;

namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>
/// The way back through attention of one segment, one number at a time. A score adds its terms in the order of the head's numbers; dv and
/// dk of one query head add the queries in their order from zero, then the heads of a group are added in theirs; dq adds the keys in
/// their order; dy . y is a sum in 16 lanes.
/// </summary>
internal static unsafe class ScalarAttentionGradient
{
    public static void Run(
        float* q, float* k, float* v, float* y, float* logSums, float* dy, in AttentionShape shape, float scale, float* dq, float* dk, float* dv, float softCap = 0f, float* keyBias = null, long biasHead = 0)
    {
        var (headDim, group) = (shape.HeadDim, shape.Heads / shape.KeyValueHeads);
        var (keyShares, valueShares) = (new float[shape.Tokens * shape.Heads * headDim], new float[shape.Tokens * shape.Heads * headDim]);
        var (query, result) = (new float[headDim], new float[headDim]);
        Span<float> lanes = stackalloc float[16];
        var factor = scale * Log2E;
        for (var i = 0; i < shape.Tokens; i++)
        {
            for (var h = 0; h < shape.Heads; h++)
            {
                var at = shape.Query(i, h);
                lanes.Clear();
                for (var d = 0; d < headDim; d++)
                {
                    query[d] = q[at + d] * factor;
                    lanes[d & 15] = MathF.FusedMultiplyAdd(dy[at + d], y[at + d], lanes[d & 15]);
                }

                var along = ScalarMath.Fold(lanes);
                Array.Clear(result);
                for (var j = shape.FirstKey(i); j <= i; j++)
                {
                    var key = shape.Key(j, h);
                    var (score, product) = (0f, 0f);
                    for (var d = 0; d < headDim; d++)
                    {
                        score = MathF.FusedMultiplyAdd(k[key + d], query[d], score);
                        product = MathF.FusedMultiplyAdd(v[key + d], dy[at + d], product);
                    }

                    var turn = 1f;
                    if (softCap > 0f)
                    {
                        var cap = softCap * Log2E;
                        var t = NumberMath<SingleNumber>.Tanh(new SingleNumber(score / cap)).Value;
                        (score, turn) = (cap * t, 1f - t * t);
                    }

                    if (keyBias != null)
                    {
                        score = MathF.FusedMultiplyAdd(keyBias[h * biasHead + j], Log2E, score);
                    }

                    var weight = ScalarMath.Exp2NonPositive(score - logSums[i * shape.Heads + h]);
                    var slope = weight * (product - along);
                    slope = softCap > 0f ? slope * turn : slope;
                    for (var d = 0; d < headDim; d++)
                    {
                        ref var valueShare = ref valueShares[shape.Query(j, h) + d];
                        ref var keyShare = ref keyShares[shape.Query(j, h) + d];
                        valueShare = MathF.FusedMultiplyAdd(weight, dy[at + d], valueShare);
                        keyShare = MathF.FusedMultiplyAdd(slope, q[at + d], keyShare);
                        result[d] = MathF.FusedMultiplyAdd(k[key + d], slope, result[d]);
                    }
                }

                for (var d = 0; dq != null && d < headDim; d++)
                {
                    dq[at + d] = MathF.FusedMultiplyAdd(scale, result[d] + 0f, dq[at + d]);
                }
            }
        }

        Fold(keyShares, shape, group, scale, dk);
        Fold(valueShares, shape, group, 1f, dv);
    }

    private static void Fold(float[] shares, in AttentionShape shape, int group, float factor, float* to)
    {
        for (var j = 0; to != null && j < shape.Tokens; j++)
        {
            for (var h = 0; h < shape.Heads; h += group)
            {
                for (var d = 0; d < shape.HeadDim; d++)
                {
                    var sum = 0f;
                    for (var member = h; member < h + group; member++)
                    {
                        sum += shares[shape.Query(j, member) + d];
                    }

                    var at = shape.Key(j, h) + d;
                    to[at] = MathF.FusedMultiplyAdd(factor, sum, to[at]);
                }
            }
        }
    }
}
