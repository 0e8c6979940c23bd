using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Autograd;

/// <summary>Matrix products in register tiles of one vector width, shared out over the threads by output; the head's rows go to the row kernels.</summary>
internal sealed unsafe class CpuGradientKernels(GemmKernels tiles, WorkPool workers, NativePool memory, IRowKernels rowKernels) : IGradientKernels
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
    public void CrossEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int vocabulary, Span<float> losses) =>
        rowKernels.CrossEntropy(logits, targets, vocabulary, losses);

    /// <inheritdoc/>
    public void CrossEntropyGradient(Span<float> logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> factors, int vocabulary) =>
        rowKernels.CrossEntropyGradient(logits, targets, factors, vocabulary);
}
