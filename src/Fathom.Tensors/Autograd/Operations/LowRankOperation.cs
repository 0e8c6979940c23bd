namespace Fathom.Tensors.Autograd;

/// <summary>Updates of a linear layer's output by the product of two narrow matrices (Hu et al. 2021, "LoRA").</summary>
public static class LowRankOperation
{
    /// <summary>y + scale B (A x) for every row: y [R, N], x [R, K], a [r, K], b [N, r]. The full matrix [N, K] is never made.</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="y">Output of the layer that is updated.</param>
    /// <param name="x">Its input, dropped out or not.</param>
    /// <param name="a">The map down.</param>
    /// <param name="b">The map up.</param>
    /// <param name="scale">Factor on the update.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Variable AddLowRank(this Tape tape, Variable y, Variable x, Variable a, Variable b, float scale)
    {
        var (rows, inputs, outputs, rank) = (x.Rows, x.Width, b.Rows, a.Rows);
        if (a.Width != inputs || b.Width != rank) throw new ArgumentException($"matrices [{rank}, {a.Width}] and [{outputs}, {b.Width}] do not fit an input of {inputs} channels", nameof(a));
        if (y.Rows != rows || y.Width != outputs) throw new ArgumentException($"the output is [{y.Rows}, {y.Width}], the update [{rows}, {outputs}]", nameof(y));
        var kernels = tape.Device.Kernels;

        // Holds scale A x: the scale is cheapest on the narrow side, and the way back needs exactly this for db.
        var low = tape.New(x.NeedsGradient || a.NeedsGradient, rows, rank);
        low.Values.Clear();
        kernels.Linear(x.Values, a.Values, rows, rank, inputs, low.Values);
        foreach (ref var value in low.Values) value *= scale;
        var sum = tape.New(y.NeedsGradient || low.NeedsGradient || b.NeedsGradient, rows, outputs);
        y.Values.CopyTo(sum.Values);
        kernels.Linear(low.Values, b.Values, rows, outputs, rank, sum.Values);
        return tape.Record(sum, () =>
        {
            if (b.NeedsGradient) kernels.LinearWeightGradient(sum.Gradient, low.Values, rows, outputs, rank, b.Gradient);
            if (low.NeedsGradient)
            {
                kernels.LinearInputGradient(sum.Gradient, b.Values, rows, outputs, rank, low.Gradient);
                foreach (ref var value in low.Gradient) value *= scale;
                if (x.NeedsGradient) kernels.LinearInputGradient(low.Gradient, a.Values, rows, rank, inputs, x.Gradient);
                if (a.NeedsGradient) kernels.LinearWeightGradient(low.Gradient, x.Values, rows, rank, inputs, a.Gradient);
                low.ReleaseGradient();
            }

            if (y.NeedsGradient) ElementOperations.AddTo(sum.Gradient, y.Gradient);
        });
    }
}
