using Fathom.Tensors.Kernels;
using Fathom.Tensors.Kernels.Gradients;
using Fathom.Tensors.Kernels.Scalar;
using Fathom.Tensors.Memory;

namespace Fathom.Tensors.Autograd;

/// <summary>The scalar twin of the row kernels: one number at a time, one thread. Every vector width must agree with it to the bit.</summary>
internal sealed unsafe class ScalarRowKernels(NativePool pool) : IRowKernels
{
    /// <inheritdoc/>
    public void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int width, float epsilon, Span<float> y)
    {
        fixed (float* px = x, pw = w, py = y)
        {
            ScalarNorms.RmsNorm(px, rows, width, pw, epsilon, py);
        }
    }

    /// <inheritdoc/>
    public void RmsNormGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw) =>
        ScalarNormGradients.Rms(x, w, dy, rows, width, epsilon, dx, dw);

    /// <inheritdoc/>
    public void LayerNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> b, int rows, int width, float epsilon, Span<float> y)
    {
        fixed (float* px = x, pw = w, pb = b, py = y)
        {
            ScalarNorms.LayerNorm(px, rows, width, pw, pb, epsilon, py);
        }
    }

    /// <inheritdoc/>
    public void LayerNormGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw, Span<float> db) =>
        ScalarNormGradients.Layer(x, w, dy, rows, width, epsilon, dx, dw, db);

    /// <inheritdoc/>
    public void Rotate(ReadOnlySpan<float> x, int rows, int heads, int headDim, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, Span<float> y)
    {
        x.CopyTo(y);
        PlainRotation.Apply(y, rows, heads, headDim, cos, sin, back: false);
    }

    /// <inheritdoc/>
    public void RotateGradient(ReadOnlySpan<float> dy, int rows, int heads, int headDim, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, Span<float> dx)
    {
        var turned = dy.ToArray();
        PlainRotation.Apply<float>(turned, rows, heads, headDim, cos, sin, back: true);
        Add(turned, dx);
    }

    /// <inheritdoc/>
    public void Attention(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<RowSegment> segments, in AttentionLayout layout, Span<float> y, Span<float> logSums)
    {
        var (wide, narrow) = (layout.Heads * layout.HeadDim, layout.KeyValueHeads * layout.HeadDim);
        fixed (float* pq = q, pk = k, pv = v, py = y)
        {
            foreach (var (start, length) in segments)
            {
                using var cache = new KeyValueBlocks(pool, layout.KeyValueHeads, layout.HeadDim);
                cache.Append(pk + start * narrow, narrow, pv + start * narrow, narrow, length);
                for (var i = 0; i < length * layout.Heads; i++)
                {
                    var (row, head) = (start + i / layout.Heads, i % layout.Heads);
                    var at = row * wide + head * layout.HeadDim;
                    logSums[row * layout.Heads + head] = ScalarAttention.Row(cache, head / (layout.Heads / layout.KeyValueHeads), row - start, layout.Window, pq + at, layout.Scale, py + at);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void AttentionGradient(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<float> y, ReadOnlySpan<float> logSums, ReadOnlySpan<float> dy,
        ReadOnlySpan<RowSegment> segments, in AttentionLayout layout, Span<float> dq, Span<float> dk, Span<float> dv)
    {
        var (wide, narrow) = (layout.Heads * layout.HeadDim, layout.KeyValueHeads * layout.HeadDim);
        fixed (float* pq = q, pk = k, pv = v, py = y, pl = logSums, pdy = dy, pdq = dq, pdk = dk, pdv = dv)
        {
            foreach (var (start, length) in segments)
            {
                var shape = new AttentionShape(length, layout.Heads, layout.KeyValueHeads, layout.HeadDim, layout.Window);
                ScalarAttentionGradient.Run(
                    pq + start * wide, pk + start * narrow, pv + start * narrow, py + start * wide, pl + start * layout.Heads, pdy + start * wide, shape, layout.Scale,
                    pdq == null ? null : pdq + start * wide, pdk == null ? null : pdk + start * narrow, pdv == null ? null : pdv + start * narrow);
            }
        }
    }

    /// <inheritdoc/>
    public void SiluMultiply(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = ScalarMath.Silu(gate[i]) * up[i];
        }
    }

    /// <inheritdoc/>
    public void SiluMultiplyGradient(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> dy, Span<float> dgate, Span<float> dup)
    {
        var nothing = 0f;
        for (var i = 0; i < dy.Length; i++)
        {
            ScalarElements.SiluMultiplyGradient(gate[i], up[i], dy[i], ref dgate.IsEmpty ? ref nothing : ref dgate[i], ref dup.IsEmpty ? ref nothing : ref dup[i]);
        }
    }

    /// <inheritdoc/>
    public void CrossEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int vocabulary, Span<float> losses)
    {
        for (var r = 0; r < targets.Length; r++)
        {
            losses[r] = ScalarCrossEntropy.Loss(logits.Slice(r * vocabulary, vocabulary), targets[r]);
        }
    }

    /// <inheritdoc/>
    public void CrossEntropyGradient(Span<float> logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> factors, int vocabulary)
    {
        for (var r = 0; r < targets.Length; r++)
        {
            ScalarCrossEntropy.Gradient(logits.Slice(r * vocabulary, vocabulary), targets[r], factors[r]);
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] += x[i];
        }
    }

    /// <inheritdoc/>
    public void Scale(ReadOnlySpan<float> x, float factor, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = factor * x[i];
        }
    }

    /// <inheritdoc/>
    public void AddScaled(ReadOnlySpan<float> x, float factor, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = MathF.FusedMultiplyAdd(factor, x[i], y[i]);
        }
    }

    /// <inheritdoc/>
    public void AddRows(ReadOnlySpan<float> x, int rows, Span<float> y)
    {
        for (var r = 0; r < rows; r++)
        {
            Add(x.Slice(r * y.Length, y.Length), y);
        }
    }

    /// <inheritdoc/>
    public void Gather(ReadOnlySpan<float> x, ReadOnlySpan<int> rows, int width, Span<float> y)
    {
        for (var r = 0; r < rows.Length; r++)
        {
            x.Slice(checked(rows[r] * width), width).CopyTo(y[(r * width)..]);
        }
    }

    /// <inheritdoc/>
    public void GatherGradient(ReadOnlySpan<float> dy, ReadOnlySpan<int> rows, int width, Span<float> dx)
    {
        for (var r = 0; r < rows.Length; r++)
        {
            Add(dy.Slice(r * width, width), dx.Slice(checked(rows[r] * width), width));
        }
    }

    /// <inheritdoc/>
    public void AdamW(Span<float> w, Span<float> gradient, Span<float> first, Span<float> second, in AdamWFactors factors)
    {
        for (var i = 0; i < w.Length; i++)
        {
            ScalarElements.AdamW(ref w[i], ref gradient[i], ref first[i], ref second[i], factors);
        }
    }

    /// <inheritdoc/>
    public void Descend(Span<float> w, Span<float> gradient, float kept, float rate)
    {
        for (var i = 0; i < w.Length; i++)
        {
            w[i] = MathF.FusedMultiplyAdd(-rate, gradient[i], kept * w[i]);
            gradient[i] = 0f;
        }
    }

    /// <inheritdoc/>
    public double SumOfSquares(ReadOnlySpan<float> x)
    {
        const int block = 32 * 1024;
        var sum = 0.0;
        Span<double> lanes = stackalloc double[16];
        for (var from = 0; from < x.Length; from += block)
        {
            lanes.Clear();
            for (var i = from; i < Math.Min(x.Length, from + block); i++)
            {
                lanes[i & 15] = Math.FusedMultiplyAdd((double)x[i], x[i], lanes[i & 15]);
            }

            sum += ScalarMath.Fold(lanes);
        }

        return sum;
    }
}
