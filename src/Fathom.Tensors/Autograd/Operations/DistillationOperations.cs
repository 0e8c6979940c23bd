using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Autograd;

/// <summary>Learning from another model's distribution over the vocabulary.</summary>
public static class DistillationOperations
{
    /// <summary>
    /// The sum over rows of weights[r] (- sum over v of t log softmax(student / T)), t = softmax(teacher / T) + epsilon: cross-entropy to a
    /// teacher, which is Kullback-Leibler divergence up to a constant. Logits are made a few rows at a time and again on the way back.
    /// </summary>
    /// <param name="tape">The pass.</param>
    /// <param name="x">The student's normed hidden states <c>[R, C]</c>.</param>
    /// <param name="head">The student's output embeddings <c>[V, C]</c>.</param>
    /// <param name="teacher">The teacher's normed hidden states for the same rows <c>[R, any]</c>; nothing is passed back to it.</param>
    /// <param name="teacherHead">The teacher's output embeddings <c>[V, any]</c>.</param>
    /// <param name="weights">For each row its weight; rows of weight 0 cost nothing.</param>
    /// <param name="temperature">T, which divides both sides' logits; the factor T^2 that is often wanted belongs into the weights.</param>
    /// <param name="epsilon">Added to every teacher probability.</param>
    /// <param name="chunk">Rows whose logits are held at once; changes no bit.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="FathomException">Every weight is zero, or the temperature is not positive.</exception>
    public static Variable HeadDistillation(
        this Tape tape, Variable x, Variable head, Variable teacher, Variable teacherHead, float[] weights, double temperature = 1, double epsilon = 0, int chunk = 128)
    {
        Check(x, head, teacher, teacherHead, temperature, chunk);
        if (weights.Length != x.Rows) throw new ArgumentException($"{x.Rows} rows need as many weights, not {weights.Length}", nameof(weights));
        var rows = Enumerable.Range(0, weights.Length).Where(r => weights[r] != 0).ToArray();
        if (rows.Length == 0) throw new FathomException("no token of the batch has a weight: its mask leaves nothing to learn from");
        var (kernels, sharpness, added) = (tape.Device.Rows, (float)(1 / temperature), (float)epsilon);
        var loss = tape.New(x.NeedsGradient || head.NeedsGradient, []);
        var sum = 0.0;
        Visit(tape, x, head, teacher, teacherHead, rows, chunk, (part, student, target, _) =>
        {
            var losses = new float[part.Length];
            kernels.SoftTargets(student, target, head.Rows, sharpness, added, losses);
            for (var i = 0; i < part.Length; i++) sum += (double)losses[i] * weights[part[i]];
        });
        loss.Values[0] = (float)sum;
        return tape.Record(loss, () => Visit(tape, x, head, teacher, teacherHead, rows, chunk, (part, student, target, states) =>
        {
            var factors = new float[part.Length];
            for (var i = 0; i < part.Length; i++) factors[i] = weights[part[i]] * loss.Gradient[0];
            kernels.SoftTargetsGradient(student, target, head.Rows, sharpness, added, factors);
            HeadChunks.Backward(tape, x, head, part, student, states);
        }));
    }

    /// <summary>
    /// For each of <paramref name="rows"/> the divergence sum over v of t (log t - log softmax(q / T)), t = softmax(p / T) + epsilon, between
    /// two models' distributions: a number, nothing is passed back.
    /// </summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="p">Hidden states that make the first distribution.</param>
    /// <param name="pHead">Their output embeddings.</param>
    /// <param name="q">Hidden states that make the second.</param>
    /// <param name="qHead">Their output embeddings.</param>
    /// <param name="rows">Which rows.</param>
    /// <param name="temperature">T.</param>
    /// <param name="epsilon">Added to every probability of the first.</param>
    /// <param name="chunk">Rows whose logits are held at once; changes no bit.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static float[] HeadDivergence(this Tape tape, Variable p, Variable pHead, Variable q, Variable qHead, int[] rows, double temperature = 1, double epsilon = 0, int chunk = 128)
    {
        Check(q, qHead, p, pHead, temperature, chunk);
        var result = new float[rows.Length];
        if (rows.Length == 0) return result;
        var (kernels, sharpness, added, at) = (tape.Device.Rows, (float)(1 / temperature), (float)epsilon, 0);
        Visit(tape, q, qHead, p, pHead, rows, chunk, (part, second, first, _) =>
        {
            var (cross, entropy) = (new float[part.Length], new float[part.Length]);
            kernels.SoftTargets(second, first, qHead.Rows, sharpness, added, cross);
            kernels.NegativeEntropy(first, qHead.Rows, sharpness, added, entropy);
            for (var i = 0; i < part.Length; i++) result[at + i] = (float)((double)cross[i] + entropy[i]);
            at += part.Length;
        });
        return result;
    }

    /// <summary>
    /// The sum over rows of weights[r] KL(softmax(teacher / T) || softmax(student / T)) of logits that are there already, [R, V];
    /// nothing is passed back to the teacher.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="FathomException">The temperature is not positive.</exception>
    public static Variable Divergence(this Tape tape, Variable student, Variable teacher, float[] weights, double temperature = 1)
    {
        if (student.Rows != teacher.Rows || student.Width != teacher.Width) throw new ArgumentException($"the student's logits are [{student.Rows}, {student.Width}], the teacher's [{teacher.Rows}, {teacher.Width}]", nameof(teacher));
        if (weights.Length != student.Rows) throw new ArgumentException($"{student.Rows} rows need as many weights, not {weights.Length}", nameof(weights));
        CheckTemperature(temperature);
        var (kernels, width, sharpness) = (tape.Device.Rows, student.Width, (float)(1 / temperature));
        var (cross, entropy) = (new float[weights.Length], new float[weights.Length]);
        kernels.SoftTargets(student.Values, teacher.Values, width, sharpness, 0f, cross);
        kernels.NegativeEntropy(teacher.Values, width, sharpness, 0f, entropy);
        var loss = tape.New(student.NeedsGradient, []);
        loss.Values[0] = (float)Enumerable.Range(0, weights.Length).Sum(r => weights[r] * ((double)cross[r] + entropy[r]));
        return tape.Record(loss, () =>
        {
            using var logits = new PooledBuffer(tape.Device.Memory, student.Length);
            student.Values.CopyTo(logits.Span);
            kernels.SoftTargetsGradient(logits.Span, teacher.Values, width, sharpness, 0f, [.. weights.Select(weight => weight * loss.Gradient[0])]);
            kernels.Add(logits.Span, student.Gradient);
        });
    }

    private delegate void PairVisitor(ReadOnlySpan<int> rows, Span<float> logits, Span<float> other, ReadOnlySpan<float> states);

    private static void Visit(Tape tape, Variable x, Variable head, Variable other, Variable otherHead, int[] rows, int chunk, PairVisitor visit)
    {
        var most = Math.Min(chunk, rows.Length);
        using var states = new PooledBuffer(tape.Device.Memory, (long)most * other.Width);
        using var logits = new PooledBuffer(tape.Device.Memory, (long)most * otherHead.Rows);
        HeadChunks.Visit(tape, x, head, rows, chunk, (part, own, ownStates) =>
        {
            HeadChunks.Compute(tape, other, otherHead, part, states.Span, logits.Span);
            visit(part, own, logits.Span[..(part.Length * otherHead.Rows)], ownStates);
        });
    }

    private static void Check(Variable x, Variable head, Variable other, Variable otherHead, double temperature, int chunk)
    {
        HeadChunks.Check(x, head, chunk);
        HeadChunks.Check(other, otherHead, chunk);
        if (x.Rows != other.Rows || head.Rows != otherHead.Rows)
            throw new ArgumentException($"one side has {x.Rows} rows over {head.Rows} tokens, the other {other.Rows} over {otherHead.Rows}", nameof(other));
        CheckTemperature(temperature);
    }

    private static void CheckTemperature(double temperature)
    {
        if (!(temperature > 0)) throw new FathomException($"a temperature must be positive, not {temperature}");
    }
}
