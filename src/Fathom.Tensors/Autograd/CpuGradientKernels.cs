using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Autograd;

/// <summary>Matrix products in register tiles of one vector width, shared out over the threads by output.</summary>
internal sealed unsafe class CpuGradientKernels(GemmKernels tiles, WorkPool workers, NativePool memory, IRowKernels rowKernels) : IGradientKernels
{
    /// <summary>
    /// Depths beyond which the terms of an input gradient are added in runs, each from zero: one fp32 chain over a vocabulary of
    /// 49,152 loses three digits where a channel is large (measured on SmolLM2: 1e-3 of a norm's gradient).
    /// </summary>
    private const int LongDepth = 4096, Run = 1024;

    private readonly ProductGemm _products = new(tiles, workers, memory);

    /// <inheritdoc/>
    public void Linear(ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int outputs, int inputs, Span<float> y, bool fresh = false)
    {
        fixed (float* px = x, pw = w, py = y) _products.Run(Product.Forward(px, pw, py, rows, outputs, inputs, fresh));
    }

    /// <inheritdoc/>
    public void LinearInputGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> w, int rows, int outputs, int inputs, Span<float> dx)
    {
        fixed (float* pdy = dy, pw = w, pdx = dx)
        {
            var product = Product.InputGradient(pdy, pw, pdx, rows, outputs, inputs);
            if (product.Depth <= LongDepth) _products.Run(product);
            else InRuns(product, dx);
        }
    }

    /// <inheritdoc/>
    public void LinearWeightGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, int rows, int outputs, int inputs, Span<float> dw)
    {
        fixed (float* pdy = dy, px = x, pdw = dw) _products.Run(Product.WeightGradient(pdy, px, pdw, rows, outputs, inputs));
    }

    private void InRuns(in Product product, Span<float> sum)
    {
        using var run = new PooledBuffer(memory, sum.Length);
        fixed (float* to = run.Span)
        {
            for (var depth = 0; depth < product.Depth; depth += Run)
            {
                _products.Run(product.Part(0, product.Rows, depth, Math.Min(Run, product.Depth - depth)).Into(to));
                rowKernels.AddScaled(run.Span, 1, sum);
            }
        }
    }
}
