using Fathom.Tensors.Kernels.Gradients;

namespace Fathom.Tensors.Autograd;

/// <summary>
/// What autograd asks of a device. R rows (tokens), K inputs, N outputs, C channels, T tokens of one sequence, H query heads,
/// G key/value heads, D numbers a head, V vocabulary. Every backward adds to the gradients it is given. No kernel knows which
/// family of models it serves; an implementation must give the same bits whatever its threads.
/// </summary>
internal interface IGradientKernels
{
    /// <summary>y [R, N] += x [R, K] w [N, K]^T.</summary>
    void Linear(ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int outputs, int inputs, Span<float> y);

    /// <summary>dx [R, K] += dy [R, N] w [N, K].</summary>
    void LinearInputGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> w, int rows, int outputs, int inputs, Span<float> dx);

    /// <summary>dw [N, K] += dy [R, N]^T x [R, K].</summary>
    void LinearWeightGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, int rows, int outputs, int inputs, Span<float> dw);

    /// <summary>x, y [R, C], w [C].</summary>
    void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int width, float epsilon, Span<float> y);

    /// <summary>Either gradient may be empty.</summary>
    void RmsNormGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw);

    /// <summary>x, y [R, C], w, b [C]; b may be empty.</summary>
    void LayerNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> b, int rows, int width, float epsilon, Span<float> y);

    /// <summary>Any gradient may be empty.</summary>
    void LayerNormGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw, Span<float> db);

    /// <summary>x [R, H D] in place; cos, sin [R, half].</summary>
    void Rotate(Span<float> x, int rows, int heads, int headDim, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, bool back);

    /// <summary>One sequence: q, y [T, H, D], k, v [T, G, D]; logSumExp [T, H] is kept for the way back.</summary>
    void Attention(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, in AttentionShape shape, float scale, Span<float> y, Span<float> logSumExp);

    /// <summary>One sequence, all three gradients.</summary>
    void AttentionGradient(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<float> y, ReadOnlySpan<float> logSumExp, ReadOnlySpan<float> dy,
        in AttentionShape shape, float scale, Span<float> dq, Span<float> dk, Span<float> dv);

    /// <summary>y = silu(gate) up.</summary>
    void SiluMultiply(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y);

    /// <summary>Both gradients.</summary>
    void SiluMultiplyGradient(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> dy, Span<float> dgate, Span<float> dup);

    /// <summary>losses[r] = logsumexp(logits[r]) - logits[r, targets[r]]; logits [R, V], every target in 0..V-1.</summary>
    void CrossEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int vocabulary, Span<float> losses);

    /// <summary>logits[r] becomes factors[r] (softmax(logits[r]) - one at the target).</summary>
    void CrossEntropyGradient(Span<float> logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> factors, int vocabulary);
}
