using Fathom.Models.Encoders.Running;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>
/// DeBERTa's two relative terms: scale (q_i . Kr[n(i - j)] + k_j . Qr[n(i - j)]), both with the same row n of the relative table. The
/// published formula has another sign in the second; the checkpoints are trained with this one.
/// </summary>
internal sealed unsafe class DisentangledBias(int heads, int headDim, int rows, Func<int, int> rowOf) : IScoreBias
{
    // Kernels may read this far beyond the last bias.
    private const int Beyond = 64;

    /// <summary>From content to position: what queries are multiplied with; null: the term is not there.</summary>
    public RelativeProjection? Keys { get; init; }

    /// <summary>From position to content: what keys are multiplied with; null: the term is not there.</summary>
    public RelativeProjection? Queries { get; init; }

    /// <inheritdoc/>
    public ScoreBias Of(EncoderPass pass, RowSpan span, int keys, float* q, float* k, int stride, float scale)
    {
        var count = span.Rows;
        var bias = pass.Scratch.Take((long)heads * count * count + Beyond);
        var mark = pass.Scratch.Mark();
        var fromQueries = pass.Scratch.Take((long)count * rows);
        var fromKeys = pass.Scratch.Take((long)count * rows);
        var places = new int[2 * count - 1];
        for (var i = 0; i < places.Length; i++) places[i] = rowOf(i - (count - 1));
        for (var head = 0; head < heads; head++)
        {
            var at = (long)span.FirstRow * stride + head * headDim;
            if (Keys is not null) pass.Kernels.Linear(q + at, count, stride, Keys.Head(pass.Kernels, head), null, fromQueries, rows);
            if (Queries is not null) pass.Kernels.Linear(k + at, count, stride, Queries.Head(pass.Kernels, head), null, fromKeys, rows);
            var to = bias + (long)head * count * count;
            for (var i = 0; i < count; i++)
            {
                for (var j = 0; j < count; j++)
                {
                    var place = places[i - j + count - 1];
                    var sum = (Keys is null ? 0f : fromQueries[(long)i * rows + place]) + (Queries is null ? 0f : fromKeys[(long)j * rows + place]);
                    *to++ = scale * sum;
                }
            }
        }

        pass.Scratch.Release(mark);
        return new ScoreBias(bias, (long)count * count, count);
    }
}
