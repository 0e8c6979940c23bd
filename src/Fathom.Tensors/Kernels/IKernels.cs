using Fathom.Tensors.Autograd;

namespace Fathom.Tensors.Kernels;

/// <summary>
/// What a device computes: fused transformer operations in fp32 over raw memory of that device. One implementation a device;
/// every operation has a plain scalar twin that shows the order of the additions and agrees to the bit.
/// Rows are tokens; a batch is its sequences' tokens one after another, without padding. Strides count floats.
/// </summary>
internal unsafe interface IKernels
{
    /// <summary>Threads that work together on one call.</summary>
    int Threads { get; }

    /// <summary>Takes floats from the device's pool: 64-byte aligned, not cleared.</summary>
    DeviceBuffer Allocate(long floats);

    /// <summary>
    /// Wraps a weight <c>[outputs, inputs]</c> of any readable type for <see cref="Linear"/> and <see cref="Embed"/>.
    /// <paramref name="rowOrder"/>, where given, lists for every output row the stored row to read
    /// (GGUF's rope permutation, or one of several projections that lie in one tensor).
    /// Packing is lazy and happens once; quantised weights stay quantised in memory.
    /// </summary>
    PackedMatrix Pack(StoredTensor weight, int[]? rowOrder = null);

    /// <summary>y[r, n] = bias[n] + sum over k of x[r, k] w[n, k], terms added in the order of k with FMA to a zero accumulator, then the bias.</summary>
    void Linear(float* x, int rows, int xStride, PackedMatrix weight, float* bias, float* y, int yStride);

    /// <summary>y[r] = row ids[r] of the table <c>[vocabulary, width]</c>.</summary>
    void Embed(PackedMatrix table, int* ids, int rows, float* y, int yStride);

    /// <summary>y = x / sqrt(mean(x^2) + epsilon) * weight, row by row. x and y may be the same.</summary>
    void RmsNorm(float* x, int rows, int width, float* weight, float epsilon, float* y);

    /// <summary>y = (x - mean) / sqrt(variance + epsilon) * weight + bias (bias may be null). x and y may be the same.</summary>
    void LayerNorm(float* x, int rows, int width, float* weight, float* bias, float epsilon, float* y);

    /// <summary>
    /// Rotates the first <paramref name="rotaryDim"/> numbers of every head of every row in place, pairs (i, i + rotaryDim/2):
    /// cos and sin are tables <c>[rows, rotaryDim/2]</c>, already picked for each row's position.
    /// </summary>
    void Rotate(float* x, int rows, int stride, int heads, int headDim, int rotaryDim, float* cos, float* sin);

    /// <summary>Makes an empty, growing key/value cache for one sequence and one layer.</summary>
    AttentionCache CreateCache(int keyValueHeads, int headDim);

    /// <summary>
    /// Causal grouped-query attention with an online softmax. For each segment the new keys and values were appended to its
    /// cache before; the segment's row i stands at position cache.Length - rows + i and sees keys j with
    /// position - window &lt; j &lt;= position (window 0: no limit). q and y are <c>[rows, heads, headDim]</c>.
    /// </summary>
    void Attention(ReadOnlySpan<AttentionSegment> segments, float* q, int qStride, int heads, float scale, int window, float* y, int yStride);

    /// <summary>
    /// Attention in which the row at position p sees keys j with p - window &lt; j (window 0: no limit) and j &lt;= p + after
    /// (<see cref="int.MaxValue"/>: no limit), with an optional soft cap of the scaled scores, cap tanh(score / cap) (0: none), and then an
    /// optional bias on them. Every row must see a key. Without cap and bias and with after = 0 the bits are those of <see cref="Attention"/>.
    /// </summary>
    void WideAttention(ReadOnlySpan<WideAttentionSegment> segments, float* q, int qStride, int heads, float scale, int window, int after, float* y, int yStride, float softCap = 0);

    /// <summary>y[i] = silu(gate[i]) * up[i].</summary>
    void SiluMultiply(float* gate, float* up, long count, float* y);

    /// <summary>y[i] = f(x[i]). x and y may be the same.</summary>
    void Activate(Activation activation, float* x, long count, float* y);

    /// <summary>y[i] = a[i] b[i]. y may be a or b.</summary>
    void Multiply(float* a, float* b, long count, float* y);

    /// <summary>y[i] = factor x[i]. x and y may be the same.</summary>
    void Scale(float* x, float factor, long count, float* y);

    /// <summary>y[i] += x[i].</summary>
    void AddInPlace(float* x, long count, float* y);

    /// <summary>
    /// x[r, c] = 0 where the mask drops it, else x[r, c] times the mask's scale, in place; x is <c>[rows, width]</c>. Which numbers go
    /// depends on the mask, the row's place and the column alone.
    /// </summary>
    void Dropout(float* x, int rows, int width, DropoutPlace* places, DropoutMask mask);

    /// <summary>For every row of logits: natural log of the sum of exponentials, largest logit and its first index, entropy in nats (double sums).</summary>
    void LogitStatistics(float* logits, int rows, int vocabulary, int stride, LogitStatistics* statistics);
}
