using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Autograd;

/// <summary>DeBERTa's relative terms: scale (q_i . Kr[n(i - j)] + k_j . Qr[n(i - j)]), either of which may be missing.</summary>
/// <param name="heads">Heads.</param>
/// <param name="scale">Factor of the scores.</param>
/// <param name="placeOf">From query position less key position to the row n.</param>
public sealed class DisentangledTerm(int heads, float scale, Func<int, int> placeOf) : IScoreTerm
{
    /// <summary>The queries and the relative keys <c>[2 span, width]</c>.</summary>
    public (Variable Content, Variable Positions)? FromQueries { get; init; }

    /// <summary>The keys and the relative queries <c>[2 span, width]</c>.</summary>
    public (Variable Content, Variable Positions)? FromKeys { get; init; }

    /// <inheritdoc/>
    public bool NeedsGradient => Parts().Any(part => part.Content.NeedsGradient || part.Positions.NeedsGradient);

    /// <inheritdoc/>
    public void Add(Tape tape, RowSegment segment, int head, Span<float> scores)
    {
        var rows = segment.Length;
        var places = Places(rows);
        foreach (var (content, positions, byKey) in Parts())
        {
            var headDim = content.Width / heads;
            using var states = new PooledBuffer(tape.Device.Memory, (long)rows * headDim);
            using var relative = new PooledBuffer(tape.Device.Memory, (long)positions.Rows * headDim);
            using var products = new PooledBuffer(tape.Device.Memory, (long)rows * positions.Rows);
            HeadColumns.Take(content.Values, content.Width, segment.Start, rows, head, headDim, states.Span);
            HeadColumns.Take(positions.Values, positions.Width, 0, positions.Rows, head, headDim, relative.Span);
            tape.Device.Kernels.Linear(states.Span, relative.Span, rows, positions.Rows, headDim, products.Span, fresh: true);
            var from = products.Span;
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < rows; j++) scores[i * rows + j] += scale * from[(byKey ? j : i) * positions.Rows + places[i - j + rows - 1]];
            }
        }
    }

    /// <inheritdoc/>
    public void AddGradient(Tape tape, RowSegment segment, int head, ReadOnlySpan<float> gradient)
    {
        var rows = segment.Length;
        var places = Places(rows);
        foreach (var (content, positions, byKey) in Parts())
        {
            var headDim = content.Width / heads;
            using var part = new PooledBuffer(tape.Device.Memory, (long)Math.Max(rows, positions.Rows) * headDim);
            using var made = new PooledBuffer(tape.Device.Memory, (long)Math.Max(rows, positions.Rows) * headDim);
            using var products = new PooledBuffer(tape.Device.Memory, (long)rows * positions.Rows);
            var to = products.Span;
            to.Clear();
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < rows; j++) to[(byKey ? j : i) * positions.Rows + places[i - j + rows - 1]] += scale * gradient[i * rows + j];
            }

            if (content.NeedsGradient)
            {
                HeadColumns.Take(positions.Values, positions.Width, 0, positions.Rows, head, headDim, part.Span[..(positions.Rows * headDim)]);
                made.Span.Clear();
                tape.Device.Kernels.LinearInputGradient(to, part.Span[..(positions.Rows * headDim)], rows, positions.Rows, headDim, made.Span[..(rows * headDim)]);
                HeadColumns.Add(made.Span, content.Width, segment.Start, rows, head, headDim, content.Gradient);
            }

            if (!positions.NeedsGradient) continue;
            HeadColumns.Take(content.Values, content.Width, segment.Start, rows, head, headDim, part.Span[..(rows * headDim)]);
            made.Span.Clear();
            tape.Device.Kernels.LinearWeightGradient(to, part.Span[..(rows * headDim)], rows, positions.Rows, headDim, made.Span[..(positions.Rows * headDim)]);
            HeadColumns.Add(made.Span, positions.Width, 0, positions.Rows, head, headDim, positions.Gradient);
        }
    }

    private IEnumerable<(Variable Content, Variable Positions, bool ByKey)> Parts()
    {
        if (FromQueries is { } queries) yield return (queries.Content, queries.Positions, false);
        if (FromKeys is { } keys) yield return (keys.Content, keys.Positions, true);
    }

    private int[] Places(int rows) => [.. Enumerable.Range(1 - rows, 2 * rows - 1).Select(placeOf)];
}
