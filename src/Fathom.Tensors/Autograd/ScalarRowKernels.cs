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
    public void Attention(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<RowSegment> segments, in AttentionLayout layout, Span<float> y, Span<float> logSums, ReadOnlySpan<float> keyBias = default)
    {
        var (wide, narrow) = (layout.Heads * layout.HeadDim, layout.KeyValueHeads * layout.HeadDim);
        fixed (float* pq = q, pk = k, pv = v, py = y, pb = keyBias)
        {
            foreach (var (start, length) in segments)
            {
                using var cache = new KeyValueBlocks(pool, layout.KeyValueHeads, layout.HeadDim);
                cache.Append(pk + start * narrow, narrow, pv + start * narrow, narrow, length);
                for (var i = 0; i < length * layout.Heads; i++)
                {
                    var (row, head) = (start + i / layout.Heads, i % layout.Heads);
                    var at = row * wide + head * layout.HeadDim;
                    logSums[row * layout.Heads + head] = ScalarAttention.Row(
                        cache, head / (layout.Heads / layout.KeyValueHeads), layout.Window > 0 ? Math.Max(0, row - start - layout.Window + 1) : 0, row - start + 1,
                        pb == null ? null : pb + head * (keyBias.Length / layout.Heads), pq + at, layout.Scale, py + at, layout.SoftCap);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void AttentionGradient(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<float> y, ReadOnlySpan<float> logSums, ReadOnlySpan<float> dy,
        ReadOnlySpan<RowSegment> segments, in AttentionLayout layout, Span<float> dq, Span<float> dk, Span<float> dv, ReadOnlySpan<float> keyBias = default)
    {
        var (wide, narrow) = (layout.Heads * layout.HeadDim, layout.KeyValueHeads * layout.HeadDim);
        fixed (float* pq = q, pk = k, pv = v, py = y, pl = logSums, pdy = dy, pdq = dq, pdk = dk, pdv = dv, pb = keyBias)
        {
            foreach (var (start, length) in segments)
            {
                var shape = new AttentionShape(length, layout.Heads, layout.KeyValueHeads, layout.HeadDim, layout.Window);
                ScalarAttentionGradient.Run(
                    pq + start * wide, pk + start * narrow, pv + start * narrow, py + start * wide, pl + start * layout.Heads, pdy + start * wide, shape, layout.Scale,
                    pdq == null ? null : pdq + start * wide, pdk == null ? null : pdk + start * narrow, pdv == null ? null : pdv + start * narrow, layout.SoftCap, pb, keyBias.Length / layout.Heads);
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
    public void CrossEntropyGradient(Span<float> logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> factors, int vocabulary, Span<float> losses = default)
    {
        for (var r = 0; r < targets.Length; r++)
        {
            if (!losses.IsEmpty)
            {
                losses[r] = ScalarCrossEntropy.Loss(logits.Slice(r * vocabulary, vocabulary), targets[r]);
            }

            ScalarCrossEntropy.Gradient(logits.Slice(r * vocabulary, vocabulary), targets[r], factors[r]);
        }
    }

    /// <inheritdoc/>
    public void Clear(Span<float> y) => y.Clear();

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

    /// <inheritdoc/>
    public void Activate(Activation activation, ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = ScalarActivations.Value(activation, x[i]);
        }
    }

    /// <inheritdoc/>
    public void ActivateGradient(Activation activation, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
    {
        for (var i = 0; i < dx.Length; i++)
        {
            dx[i] = MathF.FusedMultiplyAdd(dy[i], ScalarActivations.Slope(activation, x[i]), dx[i]);
        }
    }

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = a[i] * b[i];
        }
    }

    /// <inheritdoc/>
    public void AddProduct(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = MathF.FusedMultiplyAdd(a[i], b[i], y[i]);
        }
    }

    /// <inheritdoc/>
    public void AddRow(ReadOnlySpan<float> b, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] += b[i % b.Length];
        }
    }

    /// <inheritdoc/>
    public void RowDots(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int width, Span<float> y)
    {
        Span<float> lanes = stackalloc float[16];
        for (var r = 0; r < y.Length; r++)
        {
            lanes.Clear();
            for (var i = 0; i < width; i++)
            {
                lanes[i & 15] = MathF.FusedMultiplyAdd(a[r * width + i], b[r * width + i], lanes[i & 15]);
            }

            y[r] = ScalarMath.Fold(lanes);
        }
    }

    /// <inheritdoc/>
    public void AddScaledRows(ReadOnlySpan<float> x, ReadOnlySpan<float> factors, int width, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = MathF.FusedMultiplyAdd(factors[i / width], x[i], y[i]);
        }
    }

    /// <inheritdoc/>
    public void LogSoftmax(ReadOnlySpan<float> x, int width, Span<float> y)
    {
        for (var at = 0; at < x.Length; at += width)
        {
            var row = x.Slice(at, width);
            var largest = ScalarCrossEntropy.Largest(row);
            var log = (float)ScalarMath.Log(ScalarCrossEntropy.Sum(row, largest));
            for (var i = 0; i < width; i++)
            {
                y[at + i] = row[i] - largest - log;
            }
        }
    }

    /// <inheritdoc/>
    public void LogSoftmaxGradient(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, int width, Span<float> dx)
    {
        Span<float> lanes = stackalloc float[16];
        for (var at = 0; at < y.Length; at += width)
        {
            lanes.Clear();
            for (var i = 0; i < width; i++)
            {
                lanes[i & 15] += dy[at + i];
            }

            var sum = -ScalarMath.Fold(lanes);
            for (var i = at; i < at + width; i++)
            {
                dx[i] += MathF.FusedMultiplyAdd(ScalarMath.ExpNonPositive(y[i]), sum, dy[i]);
            }
        }
    }

    /// <inheritdoc/>
    public void SoftTargets(ReadOnlySpan<float> student, ReadOnlySpan<float> teacher, int width, float sharpness, float epsilon, Span<float> losses)
    {
        for (var r = 0; r < losses.Length; r++)
        {
            losses[r] = ScalarSoftTargets.Loss(student.Slice(r * width, width), teacher.Slice(r * width, width), sharpness, epsilon);
        }
    }

    /// <inheritdoc/>
    public void SoftTargetsGradient(Span<float> student, ReadOnlySpan<float> teacher, int width, float sharpness, float epsilon, ReadOnlySpan<float> factors)
    {
        for (var r = 0; r < factors.Length; r++)
        {
            ScalarSoftTargets.Gradient(student.Slice(r * width, width), teacher.Slice(r * width, width), sharpness, epsilon, factors[r]);
        }
    }

    /// <inheritdoc/>
    public void NegativeEntropy(ReadOnlySpan<float> teacher, int width, float sharpness, float epsilon, Span<float> results)
    {
        for (var r = 0; r < results.Length; r++)
        {
            results[r] = ScalarSoftTargets.NegativeEntropy(teacher.Slice(r * width, width), sharpness, epsilon);
        }
    }

    /// <inheritdoc/>
    public void AddKept(ReadOnlySpan<float> x, in DropoutDraw draw, Span<float> y)
    {
        for (var i = 0; i < y.Length; i++)
        {
            if (draw.Keeps(i))
            {
                y[i] = MathF.FusedMultiplyAdd(draw.Scale, x[i], y[i]);
            }
        }
    }
}
