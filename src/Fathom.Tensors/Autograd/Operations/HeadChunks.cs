using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Autograd;

/// <summary>Logits of a few rows at a time, so that those of all tokens are never held; the way back makes them again.</summary>
internal static class HeadChunks
{
    /// <summary>What to do with a chunk: its rows, their logits <c>[rows, V]</c> (which may be overwritten), their states <c>[rows, C]</c>.</summary>
    public delegate void Visitor(ReadOnlySpan<int> rows, Span<float> logits, ReadOnlySpan<float> states);

    /// <summary>Visits the logits x head^T of <paramref name="rows"/> of x, <paramref name="chunk"/> at a time.</summary>
    public static void Visit(Tape tape, Variable x, Variable head, int[] rows, int chunk, Visitor visit)
    {
        var (width, vocabulary, most) = (x.Width, head.Rows, Math.Min(chunk, rows.Length));
        using var states = new PooledBuffer(tape.Device.Memory, (long)most * width);
        using var logits = new PooledBuffer(tape.Device.Memory, (long)most * vocabulary);
        for (var at = 0; at < rows.Length; at += most)
        {
            var part = rows.AsSpan(at, Math.Min(most, rows.Length - at));
            Compute(tape, x, head, part, states.Span, logits.Span);
            visit(part, logits.Span[..(part.Length * vocabulary)], states.Span[..(part.Length * width)]);
        }
    }

    /// <summary>Logits of one chunk, and the states they come from.</summary>
    public static void Compute(Tape tape, Variable x, Variable head, ReadOnlySpan<int> rows, Span<float> states, Span<float> logits)
    {
        var result = logits[..(rows.Length * head.Rows)];
        result.Clear();
        tape.Device.Rows.Gather(x.Values, rows, x.Width, states);
        tape.Device.Kernels.Linear(states[..(rows.Length * x.Width)], head.Values, rows.Length, head.Rows, x.Width, result);
    }

    /// <summary>Passes the gradient of a chunk's logits on to head and states.</summary>
    public static void Backward(Tape tape, Variable x, Variable head, ReadOnlySpan<int> rows, ReadOnlySpan<float> gradient, ReadOnlySpan<float> states)
    {
        var (kernels, width, vocabulary) = (tape.Device.Kernels, x.Width, head.Rows);
        if (head.NeedsGradient) kernels.LinearWeightGradient(gradient, states, rows.Length, vocabulary, width, head.Gradient);
        if (!x.NeedsGradient) return;
        using var back = new PooledBuffer(tape.Device.Memory, (long)rows.Length * width);
        back.Span.Clear();
        kernels.LinearInputGradient(gradient, head.Values, rows.Length, vocabulary, width, back.Span);
        tape.Device.Rows.GatherGradient(back.Span, rows, width, x.Gradient);
    }

    /// <summary>Checks that a head fits states.</summary>
    public static void Check(Variable x, Variable head, int chunk)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunk);
        if (head.Width != x.Width) throw new ArgumentException($"the head takes {head.Width} channels, there are {x.Width}", nameof(head));
    }
}
