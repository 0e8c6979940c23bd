namespace Fathom.Tensors.Autograd;

/// <summary>A learnt number a head and bucket of distances, as T5 has it.</summary>
/// <param name="table">The numbers <c>[buckets, heads]</c>.</param>
/// <param name="bucketOf">From key position less query position to the bucket.</param>
public sealed class DistanceTerm(Variable table, Func<int, int> bucketOf) : IScoreTerm
{
    /// <inheritdoc/>
    public bool NeedsGradient => table.NeedsGradient;

    /// <inheritdoc/>
    public void Add(Tape tape, RowSegment segment, int head, Span<float> scores)
    {
        var rows = segment.Length;
        var values = table.Values;
        var places = Places(rows, head);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < rows; j++) scores[i * rows + j] += values[places[j - i + rows - 1]];
        }
    }

    /// <inheritdoc/>
    public void AddGradient(Tape tape, RowSegment segment, int head, ReadOnlySpan<float> gradient)
    {
        if (!table.NeedsGradient) return;
        var rows = segment.Length;
        var places = Places(rows, head);
        var sums = new double[table.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < rows; j++) sums[places[j - i + rows - 1]] += gradient[i * rows + j];
        }

        var to = table.Gradient;
        for (var i = head; i < sums.Length; i += table.Width) to[i] += (float)sums[i];
    }

    private int[] Places(int rows, int head) => [.. Enumerable.Range(1 - rows, 2 * rows - 1).Select(distance => bucketOf(distance) * table.Width + head)];
}
