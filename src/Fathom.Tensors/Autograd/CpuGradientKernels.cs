using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Kernels.Gradients;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Autograd;

/// <summary>The plain kernels in fp32, with the matrix products in register tiles of one vector width and shared out over the threads by output.</summary>
internal sealed unsafe class CpuGradientKernels(GemmKernels tiles, WorkPool workers, NativePool memory) : IGradientKernels
{
    private readonly ProductGemm _products = new(tiles, workers, memory);

    /// <inheritdoc/>
    public void Linear(ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int outputs, int inputs, Span<float> y)
    {
        fixed (float* px = x, pw = w, py = y) _products.Run(Product.Forward(px, pw, py, rows, outputs, inputs));
    }

    /// <inheritdoc/>
    public void LinearInputGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> w, int rows, int outputs, int inputs, Span<float> dx)
    {
        fixed (float* pdy = dy, pw = w, pdx = dx) _products.Run(Product.InputGradient(pdy, pw, pdx, rows, outputs, inputs));
    }

    /// <inheritdoc/>
    public void LinearWeightGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, int rows, int outputs, int inputs, Span<float> dw)
    {
        fixed (float* pdy = dy, px = x, pdw = dw) _products.Run(Product.WeightGradient(pdy, px, pdw, rows, outputs, inputs));
    }

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
}
