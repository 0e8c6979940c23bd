using Fathom.Tensors.Kernels.Scalar;
using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Autograd;

/// <summary>Attention in which every row sees its whole sequence, for encoders.</summary>
public static class FullAttentionOperation
{
    /// <summary>
    /// y [R, H D] = softmax(scale q k + term) v within each segment; q, k, v [R, H D]. The weights are kept for the way back
    /// ([H, length, length] a sequence). Rows of no segment get zeros.
    /// </summary>
    /// <param name="tape">The pass.</param>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="segments">The sequences.</param>
    /// <param name="heads">Heads.</param>
    /// <param name="scale">Factor of the scores.</param>
    /// <param name="term">What is added to them; null: nothing.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Variable FullAttention(this Tape tape, Variable q, Variable k, Variable v, RowSegment[] segments, int heads, float scale, IScoreTerm? term = null)
    {
        ArgumentNullException.ThrowIfNull(segments);
        if (q.Width % heads != 0 || k.Width != q.Width || v.Width != q.Width || k.Rows != q.Rows || v.Rows != q.Rows) throw new ArgumentException($"queries, keys and values must be alike, and as wide as {heads} heads", nameof(q));
        var y = tape.New(q.NeedsGradient || k.NeedsGradient || v.NeedsGradient || term is { NeedsGradient: true }, q.Rows, q.Width);
        y.Values.Clear();
        var weights = new Variable[segments.Length];
        for (var s = 0; s < segments.Length; s++)
        {
            weights[s] = tape.New(false, heads, segments[s].Length, segments[s].Length);
            for (var head = 0; head < heads; head++) Forward(tape, q, k, v, segments[s], head, heads, scale, term, weights[s], y);
        }

        return tape.Record(y, () =>
        {
            for (var s = 0; s < segments.Length; s++)
            {
                for (var head = 0; head < heads; head++) Backward(tape, q, k, v, segments[s], head, heads, scale, term, weights[s], y);
            }
        });
    }

    private static Span<float> Square(Variable weights, int head, int length) => weights.Values.Slice(head * length * length, length * length);

    private static void Forward(Tape tape, Variable q, Variable k, Variable v, RowSegment segment, int head, int heads, float scale, IScoreTerm? term, Variable weights, Variable y)
    {
        var (kernels, memory) = (tape.Device.Kernels, tape.Device.Memory);
        var (rows, width, headDim) = (segment.Length, q.Width, q.Width / heads);
        using var queries = new PooledBuffer(memory, (long)rows * headDim);
        using var keys = new PooledBuffer(memory, (long)rows * headDim);
        using var values = new PooledBuffer(memory, (long)rows * headDim);
        using var scores = new PooledBuffer(memory, (long)rows * rows);
        HeadColumns.Take(q.Values, width, segment.Start, rows, head, headDim, queries.Span, scale);
        HeadColumns.Take(k.Values, width, segment.Start, rows, head, headDim, keys.Span);
        HeadColumns.Take(v.Values, width, segment.Start, rows, head, headDim, values.Span);
        kernels.Linear(queries.Span, keys.Span, rows, rows, headDim, scores.Span, fresh: true);
        term?.Add(tape, segment, head, scores.Span);
        var shares = Square(weights, head, rows);
        tape.Device.Rows.LogSoftmax(scores.Span, rows, shares);
        foreach (ref var share in shares) share = ScalarMath.ExpNonPositive(Math.Min(share, 0f));
        queries.Span.Clear();
        kernels.LinearInputGradient(shares, values.Span, rows, rows, headDim, queries.Span);
        HeadColumns.Add(queries.Span, width, segment.Start, rows, head, headDim, y.Values);
    }

    // dv += p^T dy; dp = dy v^T; ds = p (dp - sum of p dp); dq += scale ds k; dk += scale ds^T q.
    private static void Backward(Tape tape, Variable q, Variable k, Variable v, RowSegment segment, int head, int heads, float scale, IScoreTerm? term, Variable weights, Variable y)
    {
        var (kernels, memory) = (tape.Device.Kernels, tape.Device.Memory);
        var (rows, width, headDim) = (segment.Length, q.Width, q.Width / heads);
        using var gradient = new PooledBuffer(memory, (long)rows * headDim);
        using var other = new PooledBuffer(memory, (long)rows * headDim);
        using var made = new PooledBuffer(memory, (long)rows * headDim);
        using var scores = new PooledBuffer(memory, (long)rows * rows);
        var shares = Square(weights, head, rows);
        HeadColumns.Take(y.Gradient, width, segment.Start, rows, head, headDim, gradient.Span);
        if (v.NeedsGradient)
        {
            made.Span.Clear();
            kernels.LinearWeightGradient(shares, gradient.Span, rows, rows, headDim, made.Span);
            HeadColumns.Add(made.Span, width, segment.Start, rows, head, headDim, v.Gradient);
        }

        HeadColumns.Take(v.Values, width, segment.Start, rows, head, headDim, other.Span);
        kernels.Linear(gradient.Span, other.Span, rows, rows, headDim, scores.Span, fresh: true);
        for (var row = 0; row < rows; row++)
        {
            var p = shares.Slice(row * rows, rows);
            var d = scores.Span.Slice(row * rows, rows);
            var sum = 0.0;
            for (var i = 0; i < rows; i++) sum += (double)p[i] * d[i];
            for (var i = 0; i < rows; i++) d[i] = p[i] * (d[i] - (float)sum);
        }

        term?.AddGradient(tape, segment, head, scores.Span);
        if (q.NeedsGradient)
        {
            HeadColumns.Take(k.Values, width, segment.Start, rows, head, headDim, other.Span);
            made.Span.Clear();
            kernels.LinearInputGradient(scores.Span, other.Span, rows, rows, headDim, made.Span);
            HeadColumns.Add(made.Span, width, segment.Start, rows, head, headDim, q.Gradient, scale);
        }

        if (!k.NeedsGradient) return;
        HeadColumns.Take(q.Values, width, segment.Start, rows, head, headDim, other.Span);
        made.Span.Clear();
        kernels.LinearWeightGradient(scores.Span, other.Span, rows, rows, headDim, made.Span);
        HeadColumns.Add(made.Span, width, segment.Start, rows, head, headDim, k.Gradient, scale);
    }
}
