using Fathom.Tensors.Kernels.Gradients;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Autograd;

/// <summary>The plain kernels in fp32, with the matrix products blocked, vectorised and shared out over the threads by output.</summary>
internal sealed unsafe class CpuGradientKernels(WorkPool workers, NativePool memory) : IGradientKernels
{
    /// <inheritdoc/>
    public void Linear(ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int outputs, int inputs, Span<float> y)
    {
        // Outputs lie side by side only in the transposed weight: the product then is vectorised over outputs, each in the order of k.
        using var turned = new PooledBuffer(memory, (long)outputs * inputs);
        Transposition.Run(workers, w, outputs, inputs, turned.Span);
        Multiply(x, inputs, 1, turned.Span, y, rows, outputs, inputs);
    }

    /// <inheritdoc/>
    public void LinearInputGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> w, int rows, int outputs, int inputs, Span<float> dx) =>
        Multiply(dy, outputs, 1, w, dx, rows, inputs, outputs);

    /// <inheritdoc/>
    public void LinearWeightGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, int rows, int outputs, int inputs, Span<float> dw) =>
        Multiply(dy, 1, outputs, x, dw, outputs, inputs, rows);

    /// <inheritdoc/>
    public void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int width, float epsilon, Span<float> y) =>
        PlainRmsNorm.Forward(x, w, rows, width, epsilon, y);

    /// <inheritdoc/>
    public void RmsNormGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw) =>
        PlainRmsNorm.Backward(x, w, dy, rows, width, epsilon, dx, dw);

    /// <inheritdoc/>
    public void LayerNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> b, int rows, int width, float epsilon, Span<float> y) =>
        PlainLayerNorm.Forward(x, w, b, rows, width, epsilon, y);

    /// <inheritdoc/>
    public void LayerNormGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw, Span<float> db) =>
        PlainLayerNorm.Backward(x, w, dy, rows, width, epsilon, dx, dw, db);

    /// <inheritdoc/>
    public void Rotate(Span<float> x, int rows, int heads, int headDim, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, bool back) =>
        PlainRotation.Apply(x, rows, heads, headDim, cos, sin, back);

    /// <inheritdoc/>
    public void Attention(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, in AttentionShape shape, float scale, Span<float> y, Span<float> logSumExp) =>
        PlainAttention.Forward(q, k, v, shape, scale, y, logSumExp);

    /// <inheritdoc/>
    public void AttentionGradient(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<float> y, ReadOnlySpan<float> logSumExp, ReadOnlySpan<float> dy,
        in AttentionShape shape, float scale, Span<float> dq, Span<float> dk, Span<float> dv) =>
        PlainAttention.Backward(q, k, v, y, logSumExp, dy, shape, scale, dq, dk, dv);

    /// <inheritdoc/>
    public void SiluMultiply(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y) => PlainSiluMultiply.Forward(gate, up, y);

    /// <inheritdoc/>
    public void SiluMultiplyGradient(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> dy, Span<float> dgate, Span<float> dup) =>
        PlainSiluMultiply.Backward(gate, up, dy, dgate, dup);

    /// <inheritdoc/>
    public void CrossEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int vocabulary, Span<float> losses)
    {
        for (var r = 0; r < targets.Length; r++)
            losses[r] = PlainCrossEntropy.Forward<float>(logits.Slice(r * vocabulary, vocabulary), targets.Slice(r, 1), [], vocabulary);
    }

    /// <inheritdoc/>
    public void CrossEntropyGradient(Span<float> logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> factors, int vocabulary) =>
        PlainCrossEntropy.Backward(logits, targets, factors, vocabulary, 1f, logits);

    private void Multiply(ReadOnlySpan<float> a, long rowStride, long columnStride, ReadOnlySpan<float> b, Span<float> c, int rows, int columns, int depth)
    {
        fixed (float* pa = a, pb = b, pc = c)
            BlockedProduct.Run(workers, new ProductOperands(pa, rowStride, columnStride, pb, pc, rows, columns, depth));
    }
}
