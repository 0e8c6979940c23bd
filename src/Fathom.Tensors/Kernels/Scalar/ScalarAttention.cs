using static Fathom.Tensors.Kernels.MathConstants;

namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>
/// Attention of one row and one head: keys in blocks of <see cref="KeyValueBlocks.Keys"/> at absolute positions. Within a block the
/// largest visible score is found first; then the sum and the output, scaled down to the new maximum, go on in the order of the keys.
/// </summary>
internal static unsafe class ScalarAttention
{
    public static void Row(KeyValueBlocks cache, int keyValueHead, int position, int window, float* q, float scale, float* y)
    {
        var headDim = cache.HeadDim;
        Span<float> query = new float[headDim];
        Span<float> output = new float[headDim];
        Span<float> scores = stackalloc float[KeyValueBlocks.Keys];
        var scaleToPowersOfTwo = scale * Log2E;
        for (var d = 0; d < headDim; d++)
        {
            query[d] = q[d] * scaleToPowersOfTwo;
        }

        var largest = NoScore;
        var sum = 0f;
        var first = window > 0 ? Math.Max(0, position - window + 1) : 0;
        for (var block = first / KeyValueBlocks.Keys; block <= position / KeyValueBlocks.Keys; block++)
        {
            var keys = cache.KeyBlock(block, keyValueHead);
            var values = cache.ValueBlock(block, keyValueHead);
            var from = Math.Max(0, first - block * KeyValueBlocks.Keys);
            var to = Math.Min(KeyValueBlocks.Keys, position + 1 - block * KeyValueBlocks.Keys);
            var before = largest;
            for (var j = from; j < to; j++)
            {
                var score = 0f;
                for (var d = 0; d < headDim; d++)
                {
                    score = MathF.FusedMultiplyAdd(query[d], keys[d * KeyValueBlocks.Keys + j], score);
                }

                scores[j] = score;
                largest = score > largest ? score : largest;
            }

            var shrink = ScalarMath.Exp2NonPositive(before - largest);
            sum *= shrink;
            for (var d = 0; d < headDim; d++)
            {
                output[d] *= shrink;
            }

            for (var j = from; j < to; j++)
            {
                var weight = ScalarMath.Exp2NonPositive(scores[j] - largest);
                sum += weight;
                for (var d = 0; d < headDim; d++)
                {
                    output[d] = MathF.FusedMultiplyAdd(weight, values[j * cache.ValueStride + d], output[d]);
                }
            }
        }

        for (var d = 0; d < headDim; d++)
        {
            // Adding zero makes a negative zero positive: the only trace a masked key could leave in a wide kernel.
            y[d] = output[d] / sum + 0f;
        }
    }
}
