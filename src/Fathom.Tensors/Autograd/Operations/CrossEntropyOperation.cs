using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Autograd;

/// <summary>The head and its cross-entropy in one, on a few rows at a time: logits of all tokens are never held.</summary>
public static class CrossEntropyOperation
{
    /// <summary>
    /// The sum over rows of weights[r] (logsumexp(logits) - logit of the target), logits = x [R, C] head^T with head [V, C].
    /// Rows without a target cost nothing. The sum is made in double. On a tape that trains the gradients are computed here,
    /// while a chunk's logits are at hand, and kept ([R, C] and, where the head is taught, [V, C]) until the way back scales
    /// them by the loss's own gradient and adds them.
    /// </summary>
    /// <param name="tape">The pass.</param>
    /// <param name="x">Normed hidden states.</param>
    /// <param name="head">Output embeddings.</param>
    /// <param name="targets">For each row the token to predict, or a negative number for none.</param>
    /// <param name="weights">For each row its weight: one over the number of targets for a mean.</param>
    /// <param name="chunk">Rows whose logits are held at once; changes no bit.</param>
    /// <param name="softCap">Logits x become softCap tanh(x / softCap); 0: they stay.</param>
    /// <exception cref="FathomException">A target is outside the vocabulary, or no row has one.</exception>
    public static Variable HeadCrossEntropy(this Tape tape, Variable x, Variable head, int[] targets, float[] weights, int chunk = 256, float softCap = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunk);
        if (targets.Length != x.Rows || weights.Length != x.Rows) throw new ArgumentException($"{x.Rows} rows need as many targets and weights, not {targets.Length} and {weights.Length}", nameof(targets));
        if (head.Width != x.Width) throw new ArgumentException($"the head takes {head.Width} channels, there are {x.Width}", nameof(head));
        var rows = Enumerable.Range(0, targets.Length).Where(r => targets[r] >= 0).ToArray();
        if (rows.Length == 0) throw new FathomException("no token of the batch is a target: its mask leaves nothing to learn from");
        var bad = Array.Find(rows, r => targets[r] >= head.Rows);
        if (targets[bad] >= head.Rows) throw new FathomException($"target {targets[bad]} is outside the vocabulary of {head.Rows}");

        var loss = tape.New(x.NeedsGradient || head.NeedsGradient, []);
        var dx = loss.NeedsGradient && x.NeedsGradient ? Zeros(tape, rows.Length, x.Width) : null;
        var dhead = loss.NeedsGradient && head.NeedsGradient ? Zeros(tape, head.Rows, head.Width) : null;
        using var states = new PooledBuffer(tape.Device.Memory, (long)Math.Min(chunk, rows.Length) * x.Width);
        using var logits = new PooledBuffer(tape.Device.Memory, (long)Math.Min(chunk, rows.Length) * head.Rows);
        using var inner = softCap > 0 ? new PooledBuffer(tape.Device.Memory, logits.Span.Length) : null;
        var sum = 0.0;
        for (var at = 0; at < rows.Length; at += chunk)
        {
            var part = rows.AsSpan(at, Math.Min(chunk, rows.Length - at));
            sum += Chunk(tape, x, head, targets, weights, part, states.Span, logits.Span, inner is null ? [] : inner.Span, softCap, dx is null ? [] : dx.Values.Slice(at * x.Width, part.Length * x.Width), dhead);
        }

        loss.Values[0] = (float)sum;
        return tape.Record(loss, () => AddGradients(x, head, rows, dx, dhead, loss.Gradient[0]));
    }

    /// <summary>The loss of some rows; their gradients are written to <paramref name="dx"/> and added to <paramref name="dhead"/> where wanted.</summary>
    private static double Chunk(
        Tape tape, Variable x, Variable head, int[] targets, float[] weights, ReadOnlySpan<int> rows,
        Span<float> states, Span<float> logits, Span<float> inner, float softCap, Span<float> dx, Variable? dhead)
    {
        var (kernels, width, vocabulary) = (tape.Device.Kernels, x.Width, head.Rows);
        states = states[..(rows.Length * width)];
        logits = logits[..(rows.Length * vocabulary)];
        var (picked, factors, losses) = (new int[rows.Length], new float[rows.Length], new float[rows.Length]);
        for (var i = 0; i < rows.Length; i++) (picked[i], factors[i]) = (targets[rows[i]], weights[rows[i]]);
        tape.Device.Rows.Gather(x.Values, rows, width, states);
        kernels.Linear(states, head.Values, rows.Length, vocabulary, width, logits, fresh: true);
        if (softCap > 0) SoftCapOperation.Apply(tape.Device.Rows, logits, softCap, inner = inner[..logits.Length]);
        if (dx.IsEmpty && dhead is null)
        {
            tape.Device.Rows.CrossEntropy(logits, picked, vocabulary, losses);
        }
        else
        {
            tape.Device.Rows.CrossEntropyGradient(logits, picked, factors, vocabulary, losses);
            if (softCap > 0) SoftCapOperation.Backward(tape.Device, logits, inner);
            if (dhead is not null) kernels.LinearWeightGradient(logits, states, rows.Length, vocabulary, width, dhead.Values);
            if (!dx.IsEmpty) kernels.LinearInputGradient(logits, head.Values, rows.Length, vocabulary, width, dx);
        }

        var sum = 0.0;
        for (var i = 0; i < rows.Length; i++) sum += (double)losses[i] * factors[i];
        return sum;
    }

    private static void AddGradients(Variable x, Variable head, int[] rows, Variable? dx, Variable? dhead, float scale)
    {
        var kernels = x.Device.Rows;
        if (dx is not null)
        {
            if (scale != 1) kernels.Scale(dx.Values, scale, dx.Values);
            kernels.GatherGradient(dx.Values, rows, x.Width, x.Gradient);
            dx.Dispose();
        }

        if (dhead is null) return;

        // The usual case costs nothing: a factor of one, and nothing there yet.
        if (scale == 1 && !head.HasGradient) head.TakeGradient(dhead);
        else kernels.AddScaled(dhead.Values, scale, head.Gradient);
        dhead.Dispose();
    }

    private static Variable Zeros(Tape tape, int rows, int width)
    {
        var zeros = tape.New(false, rows, width);
        zeros.Values.Clear();
        return zeros;
    }
}
