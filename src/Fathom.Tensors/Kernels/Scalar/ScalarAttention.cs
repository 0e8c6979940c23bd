using Fathom.Tensors.Kernels.Cpu;
using static Fathom.Tensors.Kernels.MathConstants;

namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>
/// Attention of one row and one head: keys in blocks of <see cref="KeyValueBlocks.Keys"/> at absolute positions. Within a block the
/// largest visible score is found first; then the output, scaled down to the new maximum, goes on in the order of the keys. The block's
/// weights are summed in 16 lanes (lane j: keys j, j + 16, then j + 32, j + 48) and folded; hidden keys weigh zero.
/// </summary>
internal static unsafe class ScalarAttention
{
    /// <summary>Computes one row of one head that sees its own position and those before it; returns log2 of the sum of 2^score.</summary>
    public static float Row(KeyValueBlocks cache, int keyValueHead, int position, int window, float* q, float scale, float* y) =>
        Row(cache, keyValueHead, window > 0 ? Math.Max(0, position - window + 1) : 0, position + 1, null, q, scale, y);

    /// <summary>The same for a row that sees the keys from <paramref name="first"/> to before <paramref name="end"/>, with a soft cap on their scores and something added to them.</summary>
    public static float Row(KeyValueBlocks cache, int keyValueHead, int first, int end, float* bias, float* q, float scale, float* y, float softCap = 0)
    {
        var headDim = cache.HeadDim;
        Span<float> query = new float[headDim];
        Span<float> output = new float[headDim];
        Span<float> scores = stackalloc float[KeyValueBlocks.Keys];
        Span<float> lanes = stackalloc float[16];
        var scaleToPowersOfTwo = scale * Log2E;
        for (var d = 0; d < headDim; d++)
        {
            query[d] = q[d] * scaleToPowersOfTwo;
        }

        var largest = NoScore;
        var sum = 0f;
        for (var block = first / KeyValueBlocks.Keys; block <= (end - 1) / KeyValueBlocks.Keys; block++)
        {
            scores.Fill(float.NegativeInfinity);
            var from = Math.Max(0, first - block * KeyValueBlocks.Keys);
            var to = Math.Min(KeyValueBlocks.Keys, end - block * KeyValueBlocks.Keys);
            var before = largest;
            for (var j = from; j < to; j++)
            {
                var score = 0f;
                for (var d = 0; d < headDim; d++)
                {
                    score = MathF.FusedMultiplyAdd(query[d], *cache.Key(block * KeyValueBlocks.Keys + j, keyValueHead, d), score);
                }

                if (softCap > 0f)
                {
                    score = NumberMath<SingleNumber>.SoftCap(new SingleNumber(score), new SingleNumber(softCap * Log2E)).Value;
                }

                if (bias != null)
                {
                    score = MathF.FusedMultiplyAdd(bias[block * KeyValueBlocks.Keys + j], Log2E, score);
                }

                scores[j] = score;
                largest = score > largest ? score : largest;
            }

            var shrink = ScalarMath.Exp2NonPositive(before - largest);
            for (var d = 0; d < headDim; d++)
            {
                output[d] *= shrink;
            }

            for (var j = 0; j < KeyValueBlocks.Keys; j++)
            {
                scores[j] = ScalarMath.Exp2NonPositive(scores[j] - largest);
            }

            for (var j = 0; j < 16; j++)
            {
                lanes[j] = (scores[j] + scores[j + 16]) + (scores[j + 32] + scores[j + 48]);
            }

            sum = MathF.FusedMultiplyAdd(sum, shrink, ScalarMath.Fold(lanes));
            for (var j = from; j < to; j++)
            {
                for (var d = 0; d < headDim; d++)
                {
                    output[d] = MathF.FusedMultiplyAdd(scores[j], *cache.Value(block * KeyValueBlocks.Keys + j, keyValueHead, d), output[d]);
                }
            }
        }

        for (var d = 0; d < headDim; d++)
        {
            // Adding zero makes a negative zero positive: the only trace a masked key could leave in a wide kernel.
            y[d] = output[d] / sum + 0f;
        }

        return LogSum(largest, sum);
    }

    /// <summary>log2 of a softmax row's sum, from its largest score and the sum beyond it.</summary>
    public static float LogSum(float largest, float sum) => (float)(largest + ScalarMath.Log(sum) * 1.4426950408889634);
}
