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
        for (var r = 0; r < rows.Length; r++) x.Values.Slice(checked(rows[r] * width), width).CopyTo(y.Values[(r * width)..]);
        return tape.Record(y, () =>
        {
            var dy = y.Gradient;
            var dx = x.Gradient;
            for (var r = 0; r < rows.Length; r++)
            {
                var to = dx.Slice(rows[r] * width, width);
                for (var i = 0; i < width; i++) to[i] += dy[r * width + i];
            }
        });
    }
}
