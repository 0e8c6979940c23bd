using Fathom.Models.Encoders.Running;
using Fathom.Tensors.Kernels;

namespace Fathom.Models.Encoders.Blocks;

/// <summary>T5's bias: one learnt number a head and bucket of distances, the same in every layer of a stack. It is one line a head, read from another place for every row.</summary>
internal sealed unsafe class DistanceBias(PackedMatrix table, int heads, DistanceBuckets buckets) : IScoreBias
{
    // Kernels may read this far beyond the last bias.
    private const int Beyond = 64;
    private float[] _values = [];

    /// <inheritdoc/>
    public ScoreBias Of(EncoderPass pass, RowSpan span, int keys, float* q, float* k, int stride, float scale)
    {
        var values = Values(pass);
        var zero = span.FirstPosition + span.Rows - 1;
        var length = zero + keys;
        var line = pass.Scratch.Take((long)heads * length + Beyond);
        for (var at = 0; at < length; at++)
        {
            var bucket = buckets.Of(at - zero);
            for (var head = 0; head < heads; head++) line[(long)head * length + at] = values[bucket * heads + head];
        }

        return new ScoreBias(line + span.Rows - 1, length, -1);
    }

    private float[] Values(EncoderPass pass)
    {
        if (_values.Length > 0) return _values;
        var values = new float[checked(table.Outputs * heads)];
        var mark = pass.Scratch.Mark();
        var ids = (int*)pass.Scratch.Take(table.Outputs);
        for (var i = 0; i < table.Outputs; i++) ids[i] = i;
        var rows = pass.Scratch.Take(values.Length);
        pass.Kernels.Embed(table, ids, table.Outputs, rows, heads);
        new ReadOnlySpan<float>(rows, values.Length).CopyTo(values);
        pass.Scratch.Release(mark);
        return _values = values;
    }
}
