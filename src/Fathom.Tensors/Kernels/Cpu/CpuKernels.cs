using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Gradients.Cpu;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Kernels.Cpu;

/// <summary>The operations on this machine's processors with vectors of one width.</summary>
/// <typeparam name="T">Sixteen lanes of that width.</typeparam>
internal sealed unsafe class CpuKernels<T> : IKernels, IDisposable
    where T : struct, ILanes<T>
{
    /// <summary>Numbers below which an elementwise operation stays on one thread, and the run one thread takes.</summary>
    private const long Grain = 16 * 1024;

    private readonly WorkPool _workers;
    private readonly Gemm _gemm;
    private readonly GemmKernels _tiles;

    /// <summary>Makes the operations with the register tiles of the same width.</summary>
    public CpuKernels(GemmKernels tiles, int threads)
    {
        _tiles = tiles;
        _workers = new WorkPool(threads, Pool);
        _gemm = new Gemm(tiles, _workers, Pool);
    }

    /// <summary>The pool behind buffers, caches, packed weights and scratch.</summary>
    public NativePool Pool { get; } = new();

    /// <inheritdoc/>
    public int Threads => _workers.Threads;

    /// <inheritdoc/>
    public DeviceBuffer Allocate(long floats) => new PooledBuffer(Pool, floats);

    /// <inheritdoc/>
    public PackedMatrix Pack(StoredTensor weight, int[]? rowOrder = null)
    {
        _ = WeightCheck.Shape(weight, rowOrder);
        return new PanelMatrix(weight, rowOrder, PanelCode.For<T>(weight.Type), Pool);
    }

    /// <inheritdoc/>
    public void Linear(float* x, int rows, int xStride, PackedMatrix weight, float* bias, float* y, int yStride) =>
        _gemm.Run(x, rows, xStride, (PanelMatrix)weight, bias, y, yStride);

    /// <inheritdoc/>
    public void Embed(PackedMatrix table, int* ids, int rows, float* y, int yStride)
    {
        var matrix = (PanelMatrix)table;
        for (var row = 0; row < rows; row++)
        {
            matrix.DecodeRow(ids[row], new Span<float>(y + (long)row * yStride, matrix.Inputs));
        }
    }

    /// <inheritdoc/>
    public void RmsNorm(float* x, int rows, int width, float* weight, float epsilon, float* y)
    {
        var job = new Norms<T> { X = x, Y = y, Weight = weight, Width = width, Epsilon = epsilon };
        RangeJob.Run(_workers, rows, RowsFor(width), &Norms<T>.Rms, &job);
    }

    /// <inheritdoc/>
    public void LayerNorm(float* x, int rows, int width, float* weight, float* bias, float epsilon, float* y)
    {
        var job = new Norms<T> { X = x, Y = y, Weight = weight, Bias = bias, Width = width, Epsilon = epsilon };
        RangeJob.Run(_workers, rows, RowsFor(width), &Norms<T>.Layer, &job);
    }

    /// <inheritdoc/>
    public void Rotate(float* x, int rows, int stride, int heads, int headDim, int rotaryDim, float* cos, float* sin)
    {
        var job = new Rotation<T> { X = x, Stride = stride, Heads = heads, HeadDim = headDim, RotaryDim = rotaryDim, Cos = cos, Sin = sin };
        RangeJob.Run(_workers, rows, RowsFor(heads * headDim), &Rotation<T>.Rows, &job);
    }

    /// <inheritdoc/>
    public AttentionCache CreateCache(int keyValueHeads, int headDim) => new KeyValueBlocks(Pool, keyValueHeads, headDim);

    /// <inheritdoc/>
    public void Attention(ReadOnlySpan<AttentionSegment> segments, float* q, int qStride, int heads, float scale, int window, float* y, int yStride) =>
        AttentionJob<T>.Run(_workers, Pool, _tiles, segments, q, qStride, heads, scale, window, y, yStride);

    /// <inheritdoc/>
    public void WideAttention(ReadOnlySpan<WideAttentionSegment> segments, float* q, int qStride, int heads, float scale, int window, int after, float* y, int yStride, float softCap = 0) =>
        AttentionJob<T>.Run(_workers, Pool, _tiles, segments, q, qStride, heads, scale, window, after, y, yStride, softCap);

    /// <inheritdoc/>
    public void SiluMultiply(float* gate, float* up, long count, float* y)
    {
        var job = new Elementwise<T> { A = gate, B = up, Y = y };
        RangeJob.Run(_workers, count, Grain, &Elementwise<T>.SiluMultiply, &job);
    }

    /// <inheritdoc/>
    public void Activate(Activation activation, float* x, long count, float* y) => ActivationJobs<T>.Forward(_workers, activation, count, new Elements { A = y, B = x });

    /// <inheritdoc/>
    public void Multiply(float* a, float* b, long count, float* y) => ElementJob<T, MultiplyOperation<T>>.Run(_workers, count, new Elements { A = y, B = a, C = b });

    /// <inheritdoc/>
    public void Scale(float* x, float factor, long count, float* y) => ElementJob<T, ScaleOperation<T>>.Run(_workers, count, new Elements { A = y, B = x, Factor = factor });

    /// <inheritdoc/>
    public void AddInPlace(float* x, long count, float* y)
    {
        var job = new Elementwise<T> { A = x, Y = y };
        RangeJob.Run(_workers, count, Grain, &Elementwise<T>.Add, &job);
    }

    /// <inheritdoc/>
    public void Dropout(float* x, int rows, int width, DropoutPlace* places, DropoutMask mask)
    {
        var job = new Dropout { X = x, Width = width, Places = places, Mask = mask, Wide = Philox256.IsSupported && typeof(T) != typeof(Lanes128) };
        RangeJob.Run(_workers, rows, RowsFor(width), &Cpu.Dropout.Rows, &job);
    }

    /// <inheritdoc/>
    public void LogitStatistics(float* logits, int rows, int vocabulary, int stride, LogitStatistics* statistics)
    {
        var job = new Logits<T> { Rows = logits, Stride = stride, Vocabulary = vocabulary, Statistics = statistics };
        RangeJob.Run(_workers, rows, RowsFor(vocabulary), &Logits<T>.Range, &job);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workers.Dispose();
        Pool.Dispose();
    }

    private static long RowsFor(int width) => Math.Max(1, Grain / Math.Max(1, width));
}
