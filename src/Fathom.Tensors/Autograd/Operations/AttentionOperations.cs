namespace Fathom.Tensors.Autograd;

/// <summary>Rotary positions and causal attention.</summary>
public static class AttentionOperations
{
    /// <summary>Rotates pairs (i, i + half) of every head of x [R, heads x headDim] by the row's angles; cos, sin [R, half] are constants that must not change before the way back.</summary>
    public static Variable Rotate(this Tape tape, Variable x, int headDim, Variable cos, Variable sin)
    {
        if (cos.Rows != x.Rows || sin.Length != cos.Length || 2 * cos.Width > headDim) throw new ArgumentException($"angles [{cos.Rows}, {cos.Width}] do not fit {x.Rows} rows of heads of {headDim}", nameof(cos));
        var (rows, heads, kernels) = (x.Rows, x.Width / headDim, tape.Device.Rows);
        var y = tape.New(x.NeedsGradient, rows, x.Width);
        kernels.Rotate(x.Values, rows, heads, headDim, cos.Values, sin.Values, y.Values);
        return tape.Record(y, () => kernels.RotateGradient(y.Gradient, rows, heads, headDim, cos.Values, sin.Values, x.Gradient));
    }

    /// <summary>
    /// y [R, H D] = softmax(scale q k) v within each segment, a query seeing itself and what is before it; q [R, H D], k, v [R, G D].
    /// Rows of no segment (padding) get zeros.
    /// </summary>
    /// <param name="tape">The pass.</param>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="segments">The sequences.</param>
    /// <param name="layout">How columns are divided, window, scale and soft cap.</param>
    /// <param name="keyBias">Constants [H, N], N at least 64 more than the longest segment: what is added to the capped scores of the key at each position of its segment; null for nothing.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Variable Attention(this Tape tape, Variable q, Variable k, Variable v, RowSegment[] segments, AttentionLayout layout, Variable? keyBias = null)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var (wide, narrow) = (layout.Heads * layout.HeadDim, layout.KeyValueHeads * layout.HeadDim);
        if (q.Width != wide || k.Width != narrow || v.Width != narrow)
            throw new ArgumentException($"queries, keys and values are {q.Width}, {k.Width} and {v.Width} wide, the layout says {wide}, {narrow} and {narrow}", nameof(layout));
        CheckSegments(segments, q.Rows);
        if (keyBias is not null && (keyBias.Rows != layout.Heads || keyBias.Width < segments.Max(segment => segment.Length) + 64))
            throw new ArgumentException($"a bias [{keyBias.Rows}, {keyBias.Width}] does not fit {layout.Heads} heads and segments of up to {segments.Max(segment => segment.Length)}", nameof(keyBias));
        var kernels = tape.Device.Rows;
        var y = tape.New(q.NeedsGradient || k.NeedsGradient || v.NeedsGradient, q.Rows, wide);
        var logSums = tape.New(false, q.Rows, layout.Heads);
        if (segments.Sum(segment => segment.Length) < q.Rows) y.Values.Clear();
        kernels.Attention(q.Values, k.Values, v.Values, segments, layout, y.Values, logSums.Values, Bias());
        return tape.Record(y, () => kernels.AttentionGradient(
            q.Values, k.Values, v.Values, y.Values, logSums.Values, y.Gradient, segments, layout, q.GradientOrNone, k.GradientOrNone, v.GradientOrNone, Bias()));
        ReadOnlySpan<float> Bias() => keyBias is null ? [] : keyBias.Values;
    }

    private static void CheckSegments(RowSegment[] segments, int rows)
    {
        var free = 0;
        foreach (var (start, length) in segments)
        {
            if (start < free || length < 1 || length > rows - start)
                throw new ArgumentException($"segments must have rows, follow one another and end within {rows} rows; one begins at {start} with {length}", nameof(segments));
            free = start + length;
        }
    }
}
