namespace Fathom.Tensors.Autograd;

/// <summary>Operations on whole rows.</summary>
public static class RowOperations
{
    /// <summary>y [R, C] = x [R, C] with b [C] added to every row.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static Variable AddBias(this Tape tape, Variable x, Variable b)
    {
        if (b.Length != x.Width) throw new ArgumentException($"the bias has {b.Length} elements, rows have {x.Width}", nameof(b));
        var kernels = tape.Device.Rows;
        var y = tape.New(x.NeedsGradient || b.NeedsGradient, [.. x.Shape]);
        x.Values.CopyTo(y.Values);
        kernels.AddRow(b.Values, y.Values);
        return tape.Record(y, () =>
        {
            if (x.NeedsGradient) kernels.Add(y.Gradient, x.Gradient);
            if (b.NeedsGradient) kernels.AddRows(y.Gradient, x.Rows, b.Gradient);
        });
    }

    /// <summary>y [R, 1] = the inner product of each row of a [R, C] with the same row of b [R, C].</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Variable RowDots(this Tape tape, Variable a, Variable b)
    {
        if (a.Rows != b.Rows || a.Width != b.Width) throw new ArgumentException($"one side is [{a.Rows}, {a.Width}], the other [{b.Rows}, {b.Width}]", nameof(b));
        var kernels = tape.Device.Rows;
        var y = tape.New(a.NeedsGradient || b.NeedsGradient, a.Rows, 1);
        kernels.RowDots(a.Values, b.Values, a.Width, y.Values);
        return tape.Record(y, () =>
        {
            if (a.NeedsGradient) kernels.AddScaledRows(b.Values, y.Gradient, a.Width, a.Gradient);
            if (b.NeedsGradient) kernels.AddScaledRows(a.Values, y.Gradient, a.Width, b.Gradient);
        });
    }

    /// <summary>y [R, C] = each row of x [R, C] times its factor, factors [R].</summary>
    /// <exception cref="ArgumentException">There is not one factor a row.</exception>
    public static Variable ScaleRows(this Tape tape, Variable x, Variable factors)
    {
        if (factors.Length != x.Rows) throw new ArgumentException($"{x.Rows} rows need as many factors, not {factors.Length}", nameof(factors));
        var kernels = tape.Device.Rows;
        var y = tape.New(x.NeedsGradient || factors.NeedsGradient, x.Rows, x.Width);
        y.Values.Clear();
        kernels.AddScaledRows(x.Values, factors.Values, x.Width, y.Values);
        return tape.Record(y, () =>
        {
            if (x.NeedsGradient) kernels.AddScaledRows(y.Gradient, factors.Values, x.Width, x.Gradient);
            if (!factors.NeedsGradient) return;
            using var dots = new Memory.PooledBuffer(tape.Device.Memory, x.Rows);
            kernels.RowDots(y.Gradient, x.Values, x.Width, dots.Span);
            kernels.Add(dots.Span, factors.Gradient);
        });
    }

    /// <summary>y [R, C] = x - logsumexp(x), row by row: log-probabilities from logits.</summary>
    public static Variable LogSoftmax(this Tape tape, Variable x)
    {
        var kernels = tape.Device.Rows;
        var y = tape.New(x.NeedsGradient, x.Rows, x.Width);
        kernels.LogSoftmax(x.Values, x.Width, y.Values);
        return tape.Record(y, () => kernels.LogSoftmaxGradient(y.Values, y.Gradient, x.Width, x.Gradient));
    }

    /// <summary>y [groups, C] = the mean of x's rows in each group: sequences pooled over their answer's tokens, or losses over theirs.</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="x">Rows <c>[R, C]</c>.</param>
    /// <param name="groups">For each output its rows of x, at least one; a row may be in several groups.</param>
    /// <exception cref="ArgumentException">A group is empty or names a row that is not there.</exception>
    public static Variable MeanRows(this Tape tape, Variable x, IReadOnlyList<int[]> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var width = x.Width;
        for (var g = 0; g < groups.Count; g++)
        {
            if (groups[g].Length == 0) throw new ArgumentException($"group {g} has no row to take the mean of", nameof(groups));
            if (Array.Exists(groups[g], row => (uint)row >= (uint)x.Rows)) throw new ArgumentException($"group {g} names a row outside the {x.Rows} there are", nameof(groups));
        }

        var kernels = tape.Device.Rows;
        var y = tape.New(x.NeedsGradient, groups.Count, width);
        y.Values.Clear();
        for (var g = 0; g < groups.Count; g++)
        {
            foreach (var row in groups[g]) kernels.AddScaled(x.Values.Slice(row * width, width), 1f / groups[g].Length, y.Values.Slice(g * width, width));
        }

        return tape.Record(y, () =>
        {
            for (var g = 0; g < groups.Count; g++)
            {
                foreach (var row in groups[g]) kernels.AddScaled(y.Gradient.Slice(g * width, width), 1f / groups[g].Length, x.Gradient.Slice(row * width, width));
            }
        });
    }
}
