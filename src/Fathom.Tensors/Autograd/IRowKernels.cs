using Fathom.Tensors.Kernels.Gradients;

namespace Fathom.Tensors.Autograd;

/// <summary>
/// What autograd and the optimisers ask of a device beside matrix products, in fp32. R rows (tokens), C channels, H query heads,
/// G key/value heads, D numbers a head, V vocabulary. A method named Gradient adds to the gradients it is given; an empty span
/// stands for a gradient that nobody needs. The same bits whatever the threads and the vector width: <c>ScalarRowKernels</c> shows
/// the order of every addition.
/// </summary>
internal interface IRowKernels
{
    /// <summary>y = x w / sqrt(mean(x^2) + epsilon); x, y [R, C], w [C].</summary>
    void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int width, float epsilon, Span<float> y);

    /// <summary>Row by row for dx; dw adds the rows in their order.</summary>
    void RmsNormGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw);

    /// <summary>y = (x - mean) w / sqrt(variance + epsilon) + b; b may be empty.</summary>
    void LayerNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> b, int rows, int width, float epsilon, Span<float> y);

    /// <summary>Row by row for dx; dw and db add the rows in their order.</summary>
    void LayerNormGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw, Span<float> db);

    /// <summary>y [R, H D] = x with pairs (i, i + half) of every head turned by the row's angles; cos, sin [R, half].</summary>
    void Rotate(ReadOnlySpan<float> x, int rows, int heads, int headDim, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, Span<float> y);

    /// <summary>dx += dy turned back.</summary>
    void RotateGradient(ReadOnlySpan<float> dy, int rows, int heads, int headDim, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, Span<float> dx);

    /// <summary>
    /// y [R, H, D] = causal softmax(scale q k) v within each segment; rows of no segment are left as they are. logSums [R, H] gets
    /// each row's log2 of the sum of exponentials for the way back. The bits are those of inference. keyBias [H, at least 64 more than the
    /// longest segment], where there is one, is added to the scores of the keys at those positions of their segment.
    /// </summary>
    void Attention(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<RowSegment> segments, in AttentionLayout layout, Span<float> y, Span<float> logSums, ReadOnlySpan<float> keyBias = default);

    /// <summary>All three gradients.</summary>
    void AttentionGradient(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<float> y, ReadOnlySpan<float> logSums, ReadOnlySpan<float> dy,
        ReadOnlySpan<RowSegment> segments, in AttentionLayout layout, Span<float> dq, Span<float> dk, Span<float> dv, ReadOnlySpan<float> keyBias = default);

    /// <summary>y = silu(gate) up.</summary>
    void SiluMultiply(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y);

    /// <summary>Either gradient may be empty.</summary>
    void SiluMultiplyGradient(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> dy, Span<float> dgate, Span<float> dup);

    /// <summary>losses[r] = logsumexp(logits[r]) - logits[r, targets[r]]; logits [R, V], every target in 0..V-1.</summary>
    void CrossEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int vocabulary, Span<float> losses);

    /// <summary>logits[r] becomes factors[r] (softmax(logits[r]) - one at the target); losses, where given, as by <see cref="CrossEntropy"/>.</summary>
    void CrossEntropyGradient(Span<float> logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> factors, int vocabulary, Span<float> losses = default);

    /// <summary>y = 0.</summary>
    void Clear(Span<float> y);

    /// <summary>y += x.</summary>
    void Add(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>y = factor x.</summary>
    void Scale(ReadOnlySpan<float> x, float factor, Span<float> y);

    /// <summary>y += factor x, rounded once.</summary>
    void AddScaled(ReadOnlySpan<float> x, float factor, Span<float> y);

    /// <summary>y [C] += the rows of x [R, C], in their order.</summary>
    void AddRows(ReadOnlySpan<float> x, int rows, Span<float> y);

    /// <summary>y[r] = x[rows[r]], rows of C channels.</summary>
    void Gather(ReadOnlySpan<float> x, ReadOnlySpan<int> rows, int width, Span<float> y);

    /// <summary>dx[rows[r]] += dy[r], in the order of r.</summary>
    void GatherGradient(ReadOnlySpan<float> dy, ReadOnlySpan<int> rows, int width, Span<float> dx);

    /// <summary>One step of AdamW in place; the gradient is zero afterwards.</summary>
    void AdamW(Span<float> w, Span<float> gradient, Span<float> first, Span<float> second, in AdamWFactors factors);

    /// <summary>w = kept w - rate gradient; the gradient is zero afterwards.</summary>
    void Descend(Span<float> w, Span<float> gradient, float kept, float rate);

    /// <summary>Sum of squares, in double: blocks of 32,768 numbers, each in 16 lanes, added in their order.</summary>
    double SumOfSquares(ReadOnlySpan<float> x);

    /// <summary>y = f(x).</summary>
    void Activate(Activation activation, ReadOnlySpan<float> x, Span<float> y);

    /// <summary>dx += dy f'(x).</summary>
    void ActivateGradient(Activation activation, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx);

    /// <summary>y = a b.</summary>
    void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y);

    /// <summary>y += a b, rounded once.</summary>
    void AddProduct(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y);

    /// <summary>Every row of y [R, C] += b [C].</summary>
    void AddRow(ReadOnlySpan<float> b, Span<float> y);

    /// <summary>y[r] = a[r] . b[r], rows of C channels, a sum in 16 lanes.</summary>
    void RowDots(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int width, Span<float> y);

    /// <summary>y[r] += factors[r] x[r], rows of C channels.</summary>
    void AddScaledRows(ReadOnlySpan<float> x, ReadOnlySpan<float> factors, int width, Span<float> y);

    /// <summary>y[r] = x[r] - logsumexp(x[r]).</summary>
    void LogSoftmax(ReadOnlySpan<float> x, int width, Span<float> y);

    /// <summary>dx[r] += dy[r] - e^y[r] sum(dy[r]).</summary>
    void LogSoftmaxGradient(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, int width, Span<float> dx);

    /// <summary>With t = softmax(sharpness teacher[r]) + epsilon: losses[r] = - sum of t log softmax(sharpness student[r]).</summary>
    void SoftTargets(ReadOnlySpan<float> student, ReadOnlySpan<float> teacher, int width, float sharpness, float epsilon, Span<float> losses);

    /// <summary>student[r] becomes factors[r] sharpness (softmax(sharpness student[r]) sum(t) - t).</summary>
    void SoftTargetsGradient(Span<float> student, ReadOnlySpan<float> teacher, int width, float sharpness, float epsilon, ReadOnlySpan<float> factors);

    /// <summary>results[r] = sum of t log t with t = softmax(sharpness teacher[r]) + epsilon.</summary>
    void NegativeEntropy(ReadOnlySpan<float> teacher, int width, float sharpness, float epsilon, Span<float> results);

    /// <summary>y += scale x where the draw keeps it.</summary>
    void AddKept(ReadOnlySpan<float> x, in DropoutDraw draw, Span<float> y);
}
