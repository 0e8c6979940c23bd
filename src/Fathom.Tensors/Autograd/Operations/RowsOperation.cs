namespace Fathom.Tensors.Autograd;

/// <summary>Rows taken out of a matrix: embeddings, or the positions an objective looks at.</summary>
public static class RowsOperation
{
    /// <summary>y [R, C] = table [V, C] at the tokens' ids.</summary>
    /// <exception cref="FathomException">An id is not in the table.</exception>
    public static Variable Embed(this Tape tape, Variable table, int[] ids)
    {
        var bad = Array.FindIndex(ids, id => (uint)id >= (uint)table.Rows);
        if (bad >= 0) throw new FathomException($"token id {ids[bad]} at place {bad} of the batch is outside the vocabulary of {table.Rows}: was the text tokenized with another model's tokenizer?");
        return tape.Gather(table, ids);
    }

    /// <summary>y [R, C] = x at <paramref name="rows"/>; a row may be taken more than once.</summary>
    public static Variable Gather(this Tape tape, Variable x, int[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var width = x.Width;
        var y = tape.New(x.NeedsGradient, rows.Length, width);
        var kernels = tape.Device.Rows;
        kernels.Gather(x.Values, rows, width, y.Values);
        return tape.Record(y, () => kernels.GatherGradient(y.Gradient, rows, width, x.Gradient));
    }

    /// <summary>y [N, C] = zeros with the rows of x [R, C] added at <paramref name="rows"/>, in their order: what <see cref="Gather"/> took put back.</summary>
    /// <exception cref="ArgumentException">There is not one place a row.</exception>
    public static Variable Scatter(this Tape tape, Variable x, int[] rows, int count)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Length != x.Rows) throw new ArgumentException($"{x.Rows} rows need as many places, not {rows.Length}", nameof(rows));
        var (width, kernels) = (x.Width, tape.Device.Rows);
        var y = tape.New(x.NeedsGradient, count, width);
        y.Values.Clear();
        kernels.GatherGradient(x.Values, rows, width, y.Values);
        return tape.Record(y, () =>
        {
            using var taken = new Memory.PooledBuffer(tape.Device.Memory, x.Length);
            kernels.Gather(y.Gradient, rows, width, taken.Span);
            kernels.Add(taken.Span, x.Gradient);
        });
    }
}
