using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Autograd;

/// <summary>Log-probabilities of chosen tokens, for objectives that weigh sequences against each other.</summary>
public static class LogProbabilityOperation
{
    /// <summary>
    /// y [R, 1] = logit of the target - logsumexp(logits), logits = x [R, C] head^T with head [V, C], made on a few rows at a time and made
    /// again on the way back. Rows without a target get 0 and pass nothing back.
    /// </summary>
    /// <param name="tape">The pass.</param>
    /// <param name="x">Normed hidden states.</param>
    /// <param name="head">Output embeddings.</param>
    /// <param name="targets">For each row a token, or a negative number for none.</param>
    /// <param name="chunk">Rows whose logits are held at once; changes no bit.</param>
    /// <param name="softCap">Logits l become softCap tanh(l / softCap); 0: they stay.</param>
    /// <exception cref="FathomException">A target is outside the vocabulary, or no row has one.</exception>
    public static Variable HeadLogProbabilities(this Tape tape, Variable x, Variable head, int[] targets, int chunk = 128, float softCap = 0)
    {
        HeadChunks.Check(x, head, chunk);
        if (targets.Length != x.Rows) throw new ArgumentException($"{x.Rows} rows need as many targets, not {targets.Length}", nameof(targets));
        var rows = Enumerable.Range(0, targets.Length).Where(r => targets[r] >= 0).ToArray();
        if (rows.Length == 0) throw new FathomException("no token of the batch is a target: its mask leaves nothing to learn from");
        if (Array.Exists(targets, target => target >= head.Rows)) throw new FathomException($"target {targets.Max()} is outside the vocabulary of {head.Rows}");
        var kernels = tape.Device.Rows;
        var y = tape.New(x.NeedsGradient || head.NeedsGradient, x.Rows, 1);
        y.Values.Clear();
        HeadChunks.Visit(tape, x, head, rows, chunk, (part, logits, _) =>
        {
            var losses = new float[part.Length];
            using var inner = Capped(tape, logits, softCap);
            kernels.CrossEntropy(logits, Pick(targets, part), head.Rows, losses);
            for (var i = 0; i < part.Length; i++) y.Values[part[i]] = -losses[i];
        });
        return tape.Record(y, () => HeadChunks.Visit(tape, x, head, rows, chunk, (part, logits, states) =>
        {
            var factors = new float[part.Length];
            for (var i = 0; i < part.Length; i++) factors[i] = -y.Gradient[part[i]];
            using var inner = Capped(tape, logits, softCap);
            kernels.CrossEntropyGradient(logits, Pick(targets, part), factors, head.Rows);
            if (inner is not null) SoftCapOperation.Backward(tape.Device, logits, inner.Span);
            HeadChunks.Backward(tape, x, head, part, logits, states);
        }));
    }

    private static PooledBuffer? Capped(Tape tape, Span<float> logits, float softCap)
    {
        if (softCap <= 0) return null;
        var inner = new PooledBuffer(tape.Device.Memory, logits.Length);
        SoftCapOperation.Apply(tape.Device.Rows, logits, softCap, inner.Span);
        return inner;
    }

    private static int[] Pick(int[] targets, ReadOnlySpan<int> rows)
    {
        var picked = new int[rows.Length];
        for (var i = 0; i < picked.Length; i++) picked[i] = targets[rows[i]];
        return picked;
    }
}
