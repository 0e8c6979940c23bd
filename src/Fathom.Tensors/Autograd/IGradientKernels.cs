namespace Fathom.Tensors.Autograd;

/// <summary>
/// What autograd asks of a device. R rows (tokens), K inputs, N outputs, C channels, T tokens of one sequence, H query heads,
/// G key/value heads, D numbers a head, V vocabulary. Every backward adds to the gradients it is given. No kernel knows which
/// family of models it serves; an implementation must give the same bits whatever its threads.
/// </summary>
internal interface IGradientKernels
{
    /// <summary>y [R, N] += x [R, K] w [N, K]^T; a fresh y is set, whatever it holds.</summary>
    void Linear(ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int outputs, int inputs, Span<float> y, bool fresh = false);

    /// <summary>dx [R, K] += dy [R, N] w [N, K].</summary>
    void LinearInputGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> w, int rows, int outputs, int inputs, Span<float> dx);

    /// <summary>dw [N, K] += dy [R, N]^T x [R, K].</summary>
    void LinearWeightGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, int rows, int outputs, int inputs, Span<float> dw);
}
