namespace Fathom.Tensors.Autograd;

/// <summary>Columns taken out of rows and rows put together: projections that lie in one tensor, heads with weights of their own.</summary>
public static class ColumnOperations
{
    /// <summary>y [R, N] = the columns of x [R, C] that are listed.</summary>
    /// <param name="tape">The pass.</param>
    /// <param name="x">Rows.</param>
    /// <param name="columns">Columns of x, each at most once.</param>
    /// <exception cref="ArgumentException">A column is not there, or is listed twice.</exception>
    public static Variable Columns(this Tape tape, Variable x, int[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var seen = new bool[x.Width];
        foreach (var column in columns)
        {
            if ((uint)column >= (uint)seen.Length || seen[column]) throw new ArgumentException($"column {column} is not one of {x.Width}, or is listed twice", nameof(columns));
            seen[column] = true;
        }

        var runs = Runs(columns);
        var y = tape.New(x.NeedsGradient, x.Rows, columns.Length);
        for (var row = 0; row < x.Rows; row++)
        {
            var from = x.Values.Slice(row * x.Width, x.Width);
            var to = y.Values.Slice(row * columns.Length, columns.Length);
            foreach (var (source, target, length) in runs) from.Slice(source, length).CopyTo(to[target..]);
        }

        return tape.Record(y, () =>
        {
            var gradient = x.Gradient;
            var taken = y.Gradient;
            for (var row = 0; row < x.Rows; row++)
            {
                foreach (var (source, target, length) in runs) Add(taken.Slice(row * columns.Length + target, length), gradient.Slice(row * x.Width + source, length));
            }
        });
    }

    /// <summary>y [R, sum of widths] = the parts' rows side by side.</summary>
    /// <exception cref="ArgumentException">The parts have different numbers of rows, or there is none.</exception>
    public static Variable Join(this Tape tape, params Variable[] parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Length == 0 || Array.Exists(parts, part => part.Rows != parts[0].Rows)) throw new ArgumentException("parts to join need the same number of rows", nameof(parts));
        var (rows, width) = (parts[0].Rows, parts.Sum(part => part.Width));
        var y = tape.New(Array.Exists(parts, part => part.NeedsGradient), rows, width);
        var at = 0;
        foreach (var part in parts)
        {
            for (var row = 0; row < rows; row++) part.Values.Slice(row * part.Width, part.Width).CopyTo(y.Values[(row * width + at)..]);
            at += part.Width;
        }

        return tape.Record(y, () =>
        {
            var from = 0;
            foreach (var part in parts)
            {
                for (var row = 0; part.NeedsGradient && row < rows; row++) Add(y.Gradient.Slice(row * width + from, part.Width), part.Gradient.Slice(row * part.Width, part.Width));
                from += part.Width;
            }
        });
    }

    /// <summary>y [N] = single elements of x, each at most once, counted through its rows.</summary>
    /// <exception cref="ArgumentException">An element is not there.</exception>
    public static Variable Pick(this Tape tape, Variable x, int[] elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        if (Array.Exists(elements, element => (uint)element >= (uint)x.Length)) throw new ArgumentException($"an element is not one of {x.Length}", nameof(elements));
        var y = tape.New(x.NeedsGradient, elements.Length);
        for (var i = 0; i < elements.Length; i++) y.Values[i] = x.Values[elements[i]];
        return tape.Record(y, () =>
        {
            var gradient = x.Gradient;
            for (var i = 0; i < elements.Length; i++) gradient[elements[i]] += y.Gradient[i];
        });
    }

    // Neighbours that stay neighbours are copied together.
    private static List<(int Source, int Target, int Length)> Runs(int[] columns)
    {
        var runs = new List<(int Source, int Target, int Length)>();
        for (var i = 0; i < columns.Length; i++)
        {
            if (runs.Count > 0 && runs[^1].Source + runs[^1].Length == columns[i]) runs[^1] = runs[^1] with { Length = runs[^1].Length + 1 };
            else runs.Add((columns[i], i, 1));
        }

        return runs;
    }

    private static void Add(ReadOnlySpan<float> from, Span<float> to)
    {
        for (var i = 0; i < from.Length; i++) to[i] += from[i];
    }
}
