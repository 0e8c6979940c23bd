namespace Fathom.Tensors.Autograd;

/// <summary>An update scale B A x of a linear layer's output (Hu et al. 2021, "LoRA"). The full matrix B A is never made.</summary>
/// <param name="X">The layer's input <c>[R, K]</c>, dropped out or not.</param>
/// <param name="A">The map down, <c>[r, K]</c>.</param>
/// <param name="B">The map up, <c>[N, r]</c>.</param>
/// <param name="Scale">Factor on the update.</param>
public sealed record LowRankUpdate(Variable X, Variable A, Variable B, float Scale)
{
    internal bool NeedsGradient => X.NeedsGradient || A.NeedsGradient || B.NeedsGradient;

    internal void Check(int rows, int inputs, int outputs)
    {
        if (A.Width != inputs || B.Rows != outputs || B.Width != A.Rows) throw new ArgumentException($"an update [{B.Rows}, {B.Width}] [{A.Rows}, {A.Width}] does not fit a layer of {inputs} inputs and {outputs} outputs");
        if (X.Rows != rows || X.Width != inputs) throw new ArgumentException($"the update's input is [{X.Rows}, {X.Width}], the layer's [{rows}, {inputs}]");
    }

    /// <summary>Adds the update to y [R, N]; returns scale A x for the way back: the scale is cheapest on the narrow side.</summary>
    internal Variable AddTo(Tape tape, Span<float> y)
    {
        var (kernels, rows, rank) = (tape.Device.Kernels, X.Rows, A.Rows);
        var low = tape.New(X.NeedsGradient || A.NeedsGradient, rows, rank);
        kernels.Linear(X.Values, A.Values, rows, rank, X.Width, low.Values, fresh: true);
        tape.Device.Rows.Scale(low.Values, Scale, low.Values);
        kernels.Linear(low.Values, B.Values, rows, B.Rows, rank, y);
        return low;
    }

    /// <summary>All three gradients, from dy [R, N] and what <see cref="AddTo"/> returned.</summary>
    internal void AddGradients(Variable low, ReadOnlySpan<float> dy)
    {
        var (kernels, rows, outputs, rank) = (low.Device.Kernels, X.Rows, B.Rows, A.Rows);
        if (B.NeedsGradient) kernels.LinearWeightGradient(dy, low.Values, rows, outputs, rank, B.Gradient);
        if (!low.NeedsGradient) return;
        kernels.LinearInputGradient(dy, B.Values, rows, outputs, rank, low.Gradient);
        low.Device.Rows.Scale(low.Gradient, Scale, low.Gradient);
        if (X.NeedsGradient) kernels.LinearInputGradient(low.Gradient, A.Values, rows, rank, X.Width, X.Gradient);
        if (A.NeedsGradient) kernels.LinearWeightGradient(low.Gradient, X.Values, rows, rank, X.Width, A.Gradient);
        low.ReleaseGradient();
    }
}
