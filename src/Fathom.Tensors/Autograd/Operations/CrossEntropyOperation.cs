using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Autograd;

/// <summary>The head and its cross-entropy in one, on a few rows at a time: logits of all tokens are never held.</summary>
public static class CrossEntropyOperation
{
    /// <summary>
    /// The sum over rows of weights[r] (logsumexp(logits) - logit of the target), logits = x [R, C] head^T with head [V, C].
    /// Rows without a target cost nothing. The sum is made in double; the way back makes each chunk's logits again.
    /// </summary>
    /// <param name="tape">The pass.</param>
    /// <param name="x">Normed hidden states.</param>
    /// <param name="head">Output embeddings.</param>
    /// <param name="targets">For each row the token to predict, or a negative number for none.</param>
    /// <param name="weights">For each row its weight: one over the number of targets for a mean.</param>
    /// <param name="chunk">Rows whose logits are held at once; changes no bit.</param>
    /// <exception cref="FathomException">A target is outside the vocabulary, or no row has one.</exception>
    public static Variable HeadCrossEntropy(this Tape tape, Variable x, Variable head, int[] targets, float[] weights, int chunk = 128)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunk);
        if (targets.Length != x.Rows || weights.Length != x.Rows) throw new ArgumentException($"{x.Rows} rows need as many targets and weights, not {targets.Length} and {weights.Length}", nameof(targets));
        if (head.Width != x.Width) throw new ArgumentException($"the head takes {head.Width} channels, there are {x.Width}", nameof(head));
        var rows = Enumerable.Range(0, targets.Length).Where(r => targets[r] >= 0).ToArray();
        if (rows.Length == 0) throw new FathomException("no token of the batch is a target: its mask leaves nothing to learn from");
        var bad = Array.Find(rows, r => targets[r] >= head.Rows);
        if (targets[bad] >= head.Rows) throw new FathomException($"target {targets[bad]} is outside the vocabulary of {head.Rows}");

        var loss = tape.New(x.NeedsGradient || head.NeedsGradient, []);
        var sum = 0.0;
        Chunks(tape, x, head, rows, chunk, (part, _, logits) =>
        {
            var losses = new float[part.Length];
            tape.Device.Kernels.CrossEntropy(logits.Span[..(part.Length * head.Rows)], Pick(targets, part), head.Rows, losses);
            for (var i = 0; i < part.Length; i++) sum += (double)losses[i] * weights[part[i]];
        });
        loss.Values[0] = (float)sum;
        return tape.Record(loss, () => Backward(tape, x, head, targets, weights, rows, chunk, loss.Gradient[0]));
    }

    private static void Backward(Tape tape, Variable x, Variable head, int[] targets, float[] weights, int[] rows, int chunk, float gradient)
    {
        var (kernels, width, vocabulary) = (tape.Device.Kernels, x.Width, head.Rows);
        Chunks(tape, x, head, rows, chunk, (part, states, buffer) =>
        {
            var logits = buffer.Span[..(part.Length * vocabulary)];
            var factors = Pick(weights, part);
            for (var i = 0; i < factors.Length; i++) factors[i] *= gradient;
            kernels.CrossEntropyGradient(logits, Pick(targets, part), factors, vocabulary);
            if (head.NeedsGradient) kernels.LinearWeightGradient(logits, states.Span[..(part.Length * width)], part.Length, vocabulary, width, head.Gradient);
            if (!x.NeedsGradient) return;
            using var back = new PooledBuffer(tape.Device.Memory, part.Length * width);
            back.Span.Clear();
            kernels.LinearInputGradient(logits, head.Values, part.Length, vocabulary, width, back.Span);
            for (var i = 0; i < part.Length; i++) ElementOperations.AddTo(back.Span.Slice(i * width, width), x.Gradient.Slice(part[i] * width, width));
        });
    }

    private static void Chunks(Tape tape, Variable x, Variable head, int[] rows, int chunk, Action<int[], PooledBuffer, PooledBuffer> visit)
    {
        var (width, vocabulary, most) = (x.Width, head.Rows, Math.Min(chunk, rows.Length));
        using var states = new PooledBuffer(tape.Device.Memory, (long)most * width);
        using var logits = new PooledBuffer(tape.Device.Memory, (long)most * vocabulary);
        for (var at = 0; at < rows.Length; at += most)
        {
            var part = rows[at..Math.Min(rows.Length, at + most)];
            for (var i = 0; i < part.Length; i++) x.Values.Slice(part[i] * width, width).CopyTo(states.Span[(i * width)..]);
            var result = logits.Span[..(part.Length * vocabulary)];
            result.Clear();
            tape.Device.Kernels.Linear(states.Span[..(part.Length * width)], head.Values, part.Length, vocabulary, width, result);
            visit(part, states, logits);
        }
    }

    private static T[] Pick<T>(T[] values, int[] rows) => Array.ConvertAll(rows, r => values[r]);
}
