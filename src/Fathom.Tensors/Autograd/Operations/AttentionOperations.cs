using Fathom.Tensors.Kernels.Gradients;

namespace Fathom.Tensors.Autograd;

/// <summary>Rotary positions and causal attention.</summary>
public static class AttentionOperations
{
    /// <summary>Rotates pairs (i, i + half) of every head of x [R, heads x headDim] by the row's angles; cos, sin [R, half] must not change before the way back.</summary>
    public static Variable Rotate(this Tape tape, Variable x, int headDim, float[] cos, float[] sin)
    {
        var (rows, heads, kernels) = (x.Rows, x.Width / headDim, tape.Device.Kernels);
        var y = tape.New(x.NeedsGradient, rows, x.Width);
        x.Values.CopyTo(y.Values);
        kernels.Rotate(y.Values, rows, heads, headDim, cos, sin, back: false);
        return tape.Record(y, () =>
        {
            kernels.Rotate(y.Gradient, rows, heads, headDim, cos, sin, back: true);
            ElementOperations.AddTo(y.Gradient, x.Gradient);
        });
    }

    /// <summary>
    /// y [R, H D] = softmax(scale q k) v within each segment, a query seeing itself and what is before it; q [R, H D], k, v [R, G D].
    /// Rows of no segment (padding) get zeros.
    /// </summary>
    public static Variable Attention(this Tape tape, Variable q, Variable k, Variable v, RowSegment[] segments, AttentionLayout layout)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var (wide, narrow) = (layout.Heads * layout.HeadDim, layout.KeyValueHeads * layout.HeadDim);
        if (q.Width != wide || k.Width != narrow || v.Width != narrow)
            throw new ArgumentException($"queries, keys and values are {q.Width}, {k.Width} and {v.Width} wide, the layout says {wide}, {narrow} and {narrow}", nameof(layout));
        var kernels = tape.Device.Kernels;
        var needed = q.NeedsGradient || k.NeedsGradient || v.NeedsGradient;
        var y = tape.New(needed, q.Rows, wide);
        var logSumExp = tape.New(false, q.Rows, layout.Heads);
        y.Values.Clear();
        foreach (var (start, length) in segments)
        {
            var shape = Shape(layout, length);
            kernels.Attention(
                Cut(q.Values, start, length, wide), Cut(k.Values, start, length, narrow), Cut(v.Values, start, length, narrow),
                shape, layout.Scale, Cut(y.Values, start, length, wide), Cut(logSumExp.Values, start, length, layout.Heads));
        }

        return tape.Record(y, () =>
        {
            foreach (var (start, length) in segments)
            {
                var shape = Shape(layout, length);
                kernels.AttentionGradient(
                    Cut(q.Values, start, length, wide), Cut(k.Values, start, length, narrow), Cut(v.Values, start, length, narrow),
                    Cut(y.Values, start, length, wide), Cut(logSumExp.Values, start, length, layout.Heads), Cut(y.Gradient, start, length, wide),
                    shape, layout.Scale, Cut(q.Gradient, start, length, wide), Cut(k.Gradient, start, length, narrow), Cut(v.Gradient, start, length, narrow));
            }
        });
    }

    private static AttentionShape Shape(AttentionLayout layout, int tokens) => new(tokens, layout.Heads, layout.KeyValueHeads, layout.HeadDim, layout.Window);

    private static Span<float> Cut(Span<float> values, int start, int length, int width) => values.Slice(start * width, length * width);
}
