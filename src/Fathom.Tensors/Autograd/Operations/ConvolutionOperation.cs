using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Autograd;

/// <summary>Convolution over neighbouring rows.</summary>
public static class ConvolutionOperation
{
    /// <summary>
    /// y [R, N] = b + sum over taps t of w[:, :, t] x[row + t - (K - 1) / 2] within each segment, zero beyond its ends; w [N, C, K] with K odd,
    /// x [R, C]. Rows of no segment get the bias.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Variable Convolve(this Tape tape, Variable x, Variable w, Variable b, RowSegment[] segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        if (w.Shape is not [var outputs, var channels, var taps] || channels != x.Width || taps % 2 == 0 || b.Length != outputs) throw new ArgumentException("the kernel must be [outputs, channels, odd] and the bias [outputs]", nameof(w));
        var (rows, inputs, kernels) = (x.Rows, channels * taps, tape.Device.Kernels);
        var neighbours = tape.New(false, rows, inputs);
        neighbours.Values.Clear();
        Visit(segments, taps, (row, from, tap) =>
        {
            var source = x.Values.Slice(from * channels, channels);
            var to = neighbours.Values.Slice(row * inputs, inputs);
            for (var c = 0; c < channels; c++) to[c * taps + tap] = source[c];
        });
        var y = tape.New(x.NeedsGradient || w.NeedsGradient || b.NeedsGradient, rows, outputs);
        kernels.Linear(neighbours.Values, w.Values, rows, outputs, inputs, y.Values, fresh: true);
        tape.Device.Rows.AddRow(b.Values, y.Values);
        return tape.Record(y, () =>
        {
            if (w.NeedsGradient) kernels.LinearWeightGradient(y.Gradient, neighbours.Values, rows, outputs, inputs, w.Gradient);
            if (b.NeedsGradient) tape.Device.Rows.AddRows(y.Gradient, rows, b.Gradient);
            if (!x.NeedsGradient) return;
            using var back = new PooledBuffer(tape.Device.Memory, (long)rows * inputs);
            back.Span.Clear();
            kernels.LinearInputGradient(y.Gradient, w.Values, rows, outputs, inputs, back.Span);
            Visit(segments, taps, (row, from, tap) =>
            {
                var source = back.Span.Slice(row * inputs, inputs);
                var to = x.Gradient.Slice(from * channels, channels);
                for (var c = 0; c < channels; c++) to[c] += source[c * taps + tap];
            });
        });
    }

    private static void Visit(RowSegment[] segments, int taps, Action<int, int, int> visit)
    {
        foreach (var (start, length) in segments)
        {
            for (var row = 0; row < length; row++)
            {
                for (var tap = 0; tap < taps; tap++)
                {
                    var from = row + tap - (taps - 1) / 2;
                    if (from >= 0 && from < length) visit(start + row, start + from, tap);
                }
            }
        }
    }
}
