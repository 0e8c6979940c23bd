using Fathom.Tensors.Autograd;
using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Kernels.Scalar;

/// <summary>
/// Every operation as plain loops on one thread: the definition of the order of additions, which all other kernels match to
/// the bit. Slow; the tests' reference and the fallback where no vectors are to be had.
/// </summary>
internal sealed unsafe class ScalarKernels : IKernels, IDisposable
{
    /// <summary>The pool behind buffers and caches.</summary>
    public NativePool Pool { get; } = new();

    /// <inheritdoc/>
    public int Threads => 1;

    /// <inheritdoc/>
    public DeviceBuffer Allocate(long floats) => new PooledBuffer(Pool, floats);

    /// <inheritdoc/>
    public PackedMatrix Pack(StoredTensor weight, int[]? rowOrder = null) => new ScalarMatrix(weight, rowOrder);

    /// <inheritdoc/>
    public void Linear(float* x, int rows, int xStride, PackedMatrix weight, float* bias, float* y, int yStride)
    {
        var matrix = (ScalarMatrix)weight;
        var w = new float[matrix.Inputs];
        for (var n = 0; n < matrix.Outputs; n++)
        {
            matrix.DecodeRow(n, w);
            for (var row = 0; row < rows; row++)
            {
                var input = x + (long)row * xStride;
                var sum = 0f;
                for (var k = 0; k < w.Length; k++)
                {
                    sum = MathF.FusedMultiplyAdd(input[k], w[k], sum);
                }

                y[(long)row * yStride + n] = bias == null ? sum : sum + bias[n];
            }
        }
    }

    /// <inheritdoc/>
    public void Embed(PackedMatrix table, int* ids, int rows, float* y, int yStride)
    {
        var matrix = (ScalarMatrix)table;
        for (var row = 0; row < rows; row++)
        {
            matrix.DecodeRow(ids[row], new Span<float>(y + (long)row * yStride, matrix.Inputs));
        }
    }

    /// <inheritdoc/>
    public void RmsNorm(float* x, int rows, int width, float* weight, float epsilon, float* y) => ScalarNorms.RmsNorm(x, rows, width, weight, epsilon, y);

    /// <inheritdoc/>
    public void LayerNorm(float* x, int rows, int width, float* weight, float* bias, float epsilon, float* y) =>
        ScalarNorms.LayerNorm(x, rows, width, weight, bias, epsilon, y);

    /// <inheritdoc/>
    public void Rotate(float* x, int rows, int stride, int heads, int headDim, int rotaryDim, float* cos, float* sin)
    {
        var half = rotaryDim / 2;
        for (var row = 0; row < rows; row++, cos += half, sin += half)
        {
            for (var head = 0; head < heads; head++)
            {
                var numbers = x + (long)row * stride + head * headDim;
                for (var i = 0; i < half; i++)
                {
                    var a = numbers[i];
                    var b = numbers[i + half];
                    numbers[i] = a * cos[i] - b * sin[i];
                    numbers[i + half] = b * cos[i] + a * sin[i];
                }
            }
        }
    }

    /// <inheritdoc/>
    public AttentionCache CreateCache(int keyValueHeads, int headDim) => new KeyValueBlocks(Pool, keyValueHeads, headDim);

    /// <inheritdoc/>
    public void Attention(ReadOnlySpan<AttentionSegment> segments, float* q, int qStride, int heads, float scale, int window, float* y, int yStride)
    {
        foreach (var segment in segments)
        {
            var cache = (KeyValueBlocks)segment.Cache;
            var group = heads / cache.KeyValueHeads;
            for (var i = 0; i < segment.Rows; i++)
            {
                long row = segment.FirstRow + i;
                for (var head = 0; head < heads; head++)
                {
                    var at = head * cache.HeadDim;
                    ScalarAttention.Row(cache, head / group, cache.Length - segment.Rows + i, window, q + row * qStride + at, scale, y + row * yStride + at);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void WideAttention(ReadOnlySpan<WideAttentionSegment> segments, float* q, int qStride, int heads, float scale, int window, int after, float* y, int yStride, float softCap = 0)
    {
        foreach (var segment in segments)
        {
            var cache = (KeyValueBlocks)segment.Cache;
            var group = heads / cache.KeyValueHeads;
            for (var i = 0; i < segment.Rows; i++)
            {
                long row = segment.FirstRow + i;
                var position = segment.FirstPosition + i;
                var first = window > 0 ? Math.Max(0, position - window + 1) : 0;
                var end = (int)Math.Min(cache.Length, position + 1L + after);
                for (var head = 0; head < heads; head++)
                {
                    var at = head * cache.HeadDim;
                    var bias = segment.Bias == null ? null : segment.Bias + head * segment.BiasHead + i * segment.BiasRow;
                    ScalarAttention.Row(cache, head / group, first, end, bias, q + row * qStride + at, scale, y + row * yStride + at, softCap);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void SiluMultiply(float* gate, float* up, long count, float* y)
    {
        for (long i = 0; i < count; i++)
        {
            y[i] = ScalarMath.Silu(gate[i]) * up[i];
        }
    }

    /// <inheritdoc/>
    public void Activate(Activation activation, float* x, long count, float* y)
    {
        for (long i = 0; i < count; i++)
        {
            y[i] = ScalarActivations.Value(activation, x[i]);
        }
    }

    /// <inheritdoc/>
    public void Multiply(float* a, float* b, long count, float* y)
    {
        for (long i = 0; i < count; i++)
        {
            y[i] = a[i] * b[i];
        }
    }

    /// <inheritdoc/>
    public void Scale(float* x, float factor, long count, float* y)
    {
        for (long i = 0; i < count; i++)
        {
            y[i] = factor * x[i];
        }
    }

    /// <inheritdoc/>
    public void AddInPlace(float* x, long count, float* y)
    {
        for (long i = 0; i < count; i++)
        {
            y[i] += x[i];
        }
    }

    /// <inheritdoc/>
    public void Dropout(float* x, int rows, int width, DropoutPlace* places, DropoutMask mask)
    {
        for (var row = 0; row < rows; row++)
        {
            ScalarDropout.Row(x + (long)row * width, 0, width, places[row], mask);
        }
    }

    /// <inheritdoc/>
    public void LogitStatistics(float* logits, int rows, int vocabulary, int stride, LogitStatistics* statistics) =>
        ScalarLogits.Statistics(logits, rows, vocabulary, stride, statistics);

    /// <inheritdoc/>
    public void Dispose() => Pool.Dispose();
}
