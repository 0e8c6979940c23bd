namespace Fathom.Tensors.Autograd;

/// <summary>Linear layers.</summary>
public static class LinearOperation
{
    /// <summary>y [R, N] = x [R, K] w^T + b, with w [N, K] and, where given, b [N]; then low-rank updates, in their order.</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="x">Its input.</param>
    /// <param name="w">Its weight.</param>
    /// <param name="b">Its bias, if there is one.</param>
    /// <param name="updates">What adapters add.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Variable Linear(this Tape tape, Variable x, Variable w, Variable? b = null, params LowRankUpdate[] updates)
    {
        var (rows, inputs, outputs) = (x.Rows, x.Width, w.Rows);
        if (w.Width != inputs) throw new ArgumentException($"the weight takes {w.Width} inputs, there are {inputs}", nameof(w));
        if (b is not null && b.Length != outputs) throw new ArgumentException($"the bias has {b.Length} elements, there are {outputs} outputs", nameof(b));
        foreach (var update in updates) update.Check(rows, inputs, outputs);
        var y = tape.New(x.NeedsGradient || w.NeedsGradient || b is { NeedsGradient: true } || Array.Exists(updates, update => update.NeedsGradient), rows, outputs);
        var kernels = tape.Device.Kernels;
        for (var r = 0; b is not null && r < rows; r++) b.Values.CopyTo(y.Values[(r * outputs)..]);
        kernels.Linear(x.Values, w.Values, rows, outputs, inputs, y.Values, fresh: b is null);
        var lows = Array.ConvertAll(updates, update => update.AddTo(tape, y.Values));
        return tape.Record(y, () =>
        {
            for (var i = updates.Length - 1; i >= 0; i--) updates[i].AddGradients(lows[i], y.Gradient);
            if (x.NeedsGradient) kernels.LinearInputGradient(y.Gradient, w.Values, rows, outputs, inputs, x.Gradient);
            if (w.NeedsGradient) kernels.LinearWeightGradient(y.Gradient, x.Values, rows, outputs, inputs, w.Gradient);
            if (b is { NeedsGradient: true }) tape.Device.Rows.AddRows(y.Gradient, rows, b.Gradient);
        });
    }

    /// <summary>y [R, N] = x [R, K] w + b with w stored the other way round, [K, N] (GPT-2); otherwise as <see cref="Linear"/>.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Variable LinearTransposed(this Tape tape, Variable x, Variable w, Variable? b = null, params LowRankUpdate[] updates)
    {
        var (rows, inputs, outputs) = (x.Rows, x.Width, w.Width);
        if (w.Rows != inputs) throw new ArgumentException($"the weight takes {w.Rows} inputs, there are {inputs}", nameof(w));
        if (b is not null && b.Length != outputs) throw new ArgumentException($"the bias has {b.Length} elements, there are {outputs} outputs", nameof(b));
        foreach (var update in updates) update.Check(rows, inputs, outputs);
        var y = tape.New(x.NeedsGradient || w.NeedsGradient || b is { NeedsGradient: true } || Array.Exists(updates, update => update.NeedsGradient), rows, outputs);
        var kernels = tape.Device.Kernels;
        y.Values.Clear();
        for (var r = 0; b is not null && r < rows; r++) b.Values.CopyTo(y.Values[(r * outputs)..]);

        // Forward is the other form's way back to its input, and the other way round.
        kernels.LinearInputGradient(x.Values, w.Values, rows, inputs, outputs, y.Values);
        var lows = Array.ConvertAll(updates, update => update.AddTo(tape, y.Values));
        return tape.Record(y, () =>
        {
            for (var i = updates.Length - 1; i >= 0; i--) updates[i].AddGradients(lows[i], y.Gradient);
            if (x.NeedsGradient) kernels.Linear(y.Gradient, w.Values, rows, inputs, outputs, x.Gradient);
            if (w.NeedsGradient) kernels.LinearWeightGradient(x.Values, y.Gradient, rows, inputs, outputs, w.Gradient);
            if (b is { NeedsGradient: true }) tape.Device.Rows.AddRows(y.Gradient, rows, b.Gradient);
        });
    }
}
