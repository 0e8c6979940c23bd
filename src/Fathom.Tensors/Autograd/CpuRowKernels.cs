using Fathom.Tensors.Kernels.Cpu;
using Fathom.Tensors.Kernels.Gradients;
using Fathom.Tensors.Kernels.Gradients.Cpu;
using Fathom.Tensors.Memory;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Autograd;

/// <summary>The row kernels with vectors of one width, shared out over the threads by output.</summary>
/// <typeparam name="T">Sixteen lanes of that width.</typeparam>
internal sealed unsafe partial class CpuRowKernels<T>(WorkPool workers, NativePool pool, GemmKernels tiles) : IRowKernels
    where T : struct, ILanes<T>
{
    /// <summary>Numbers below which an operation stays on one thread, and the run one thread takes.</summary>
    private const int Grain = 16 * 1024;

    /// <inheritdoc/>
    public void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int width, float epsilon, Span<float> y)
    {
        fixed (float* px = x, pw = w, py = y)
        {
            var job = new Norms<T> { X = px, Y = py, Weight = pw, Width = width, Epsilon = epsilon };
            RangeJob.Run(workers, rows, RowsFor(width), &Norms<T>.Rms, &job);
        }
    }

    /// <inheritdoc/>
    public void RmsNormGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw)
    {
        fixed (float* px = x, pw = w, pdy = dy, pdx = dx, pdw = dw)
        {
            NormGradientJob<T>.Run(workers, pool, new NormGradientJob<T> { X = px, Weight = pw, Dy = pdy, Dx = pdx, Dw = pdw, Rows = rows, Width = width, Epsilon = epsilon }, centred: false);
        }
    }

    /// <inheritdoc/>
    public void LayerNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> b, int rows, int width, float epsilon, Span<float> y)
    {
        fixed (float* px = x, pw = w, pb = b, py = y)
        {
            var job = new Norms<T> { X = px, Y = py, Weight = pw, Bias = pb, Width = width, Epsilon = epsilon };
            RangeJob.Run(workers, rows, RowsFor(width), &Norms<T>.Layer, &job);
        }
    }

    /// <inheritdoc/>
    public void LayerNormGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> dy, int rows, int width, float epsilon, Span<float> dx, Span<float> dw, Span<float> db)
    {
        fixed (float* px = x, pw = w, pdy = dy, pdx = dx, pdw = dw, pdb = db)
        {
            NormGradientJob<T>.Run(workers, pool, new NormGradientJob<T> { X = px, Weight = pw, Dy = pdy, Dx = pdx, Dw = pdw, Db = pdb, Rows = rows, Width = width, Epsilon = epsilon }, centred: true);
        }
    }

    /// <inheritdoc/>
    public void Rotate(ReadOnlySpan<float> x, int rows, int heads, int headDim, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, Span<float> y)
    {
        fixed (float* px = x, pc = cos, ps = sin, py = y)
        {
            var job = new RotationJob<T> { From = px, To = py, Heads = heads, HeadDim = headDim, Half = cos.Length / rows, Cos = pc, Sin = ps };
            RangeJob.Run(workers, rows, RowsFor(heads * headDim), &RotationJob<T>.Forward, &job);
        }
    }

    /// <inheritdoc/>
    public void RotateGradient(ReadOnlySpan<float> dy, int rows, int heads, int headDim, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin, Span<float> dx)
    {
        fixed (float* pdy = dy, pc = cos, ps = sin, pdx = dx)
        {
            var job = new RotationJob<T> { From = pdy, To = pdx, Heads = heads, HeadDim = headDim, Half = cos.Length / rows, Cos = pc, Sin = ps };
            RangeJob.Run(workers, rows, RowsFor(heads * headDim), &RotationJob<T>.Backward, &job);
        }
    }

    /// <inheritdoc/>
    public void Attention(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<RowSegment> segments, in AttentionLayout layout, Span<float> y, Span<float> logSums, ReadOnlySpan<float> keyBias = default)
    {
        fixed (float* pq = q, pk = k, pv = v, py = y, pl = logSums, pb = keyBias)
        {
            AttentionForward<T>.Run(workers, pool, tiles, pq, pk, pv, segments, layout, py, pl, pb, keyBias.Length / layout.Heads);
        }
    }

    /// <inheritdoc/>
    public void AttentionGradient(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<float> y, ReadOnlySpan<float> logSums, ReadOnlySpan<float> dy,
        ReadOnlySpan<RowSegment> segments, in AttentionLayout layout, Span<float> dq, Span<float> dk, Span<float> dv, ReadOnlySpan<float> keyBias = default)
    {
        fixed (float* pq = q, pk = k, pv = v, py = y, pl = logSums, pdy = dy, pdq = dq, pdk = dk, pdv = dv, pb = keyBias)
        {
            var job = new AttentionGradientJob<T>
            {
                Q = pq,
                K = pk,
                V = pv,
                Y = py,
                LogSums = pl,
                Dy = pdy,
                Dq = pdq,
                Dk = pdk,
                Dv = pdv,
                Rows = q.Length / (layout.Heads * layout.HeadDim),
                Heads = layout.Heads,
                Group = layout.Heads / layout.KeyValueHeads,
                HeadDim = layout.HeadDim,
                Window = layout.Window,
                Scale = layout.Scale,
                SoftCap = layout.SoftCap * Kernels.MathConstants.Log2E,
                KeyBias = pb,
                BiasHead = keyBias.Length / layout.Heads,
            };
            AttentionGradientJob<T>.Run(workers, pool, tiles, job, segments);
        }
    }

    /// <inheritdoc/>
    public void SiluMultiply(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y)
    {
        fixed (float* pg = gate, pu = up, py = y)
        {
            var job = new Elementwise<T> { A = pg, B = pu, Y = py };
            RangeJob.Run(workers, y.Length, Grain, &Elementwise<T>.SiluMultiply, &job);
        }
    }

    /// <inheritdoc/>
    public void SiluMultiplyGradient(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> dy, Span<float> dgate, Span<float> dup)
    {
        fixed (float* pg = gate, pu = up, pdy = dy, pdg = dgate, pdu = dup)
        {
            ElementJob<T, SiluMultiplyGradientOperation<T>>.Run(workers, dy.Length, new Elements { A = pdg, B = pdu, C = pg, D = pu, E = pdy });
        }
    }

    /// <inheritdoc/>
    public void CrossEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, int vocabulary, Span<float> losses)
    {
        fixed (float* px = logits, pl = losses)
        fixed (int* pt = targets)
        {
            var job = new CrossEntropyJob<T> { Logits = px, Targets = pt, Vocabulary = vocabulary, Losses = pl };
            RangeJob.Run(workers, targets.Length, RowsFor(vocabulary), &CrossEntropyJob<T>.Forward, &job);
        }
    }

    /// <inheritdoc/>
    public void CrossEntropyGradient(Span<float> logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> factors, int vocabulary, Span<float> losses = default)
    {
        fixed (float* px = logits, pf = factors, pl = losses)
        fixed (int* pt = targets)
        {
            var job = new CrossEntropyJob<T> { Logits = px, Targets = pt, Vocabulary = vocabulary, Factors = pf, Losses = pl };
            RangeJob.Run(workers, targets.Length, RowsFor(vocabulary), &CrossEntropyJob<T>.Backward, &job);
        }
    }

    /// <inheritdoc/>
    public void Clear(Span<float> y)
    {
        fixed (float* py = y)
        {
            RangeJob.Run(workers, y.Length, 4 * Grain, &ClearRange, py);
        }
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> x, Span<float> y)
    {
        fixed (float* px = x, py = y)
        {
            var job = new Elementwise<T> { A = px, Y = py };
            RangeJob.Run(workers, y.Length, Grain, &Elementwise<T>.Add, &job);
        }
    }

    /// <inheritdoc/>
    public void Scale(ReadOnlySpan<float> x, float factor, Span<float> y)
    {
        fixed (float* px = x, py = y)
        {
            ElementJob<T, ScaleOperation<T>>.Run(workers, y.Length, new Elements { A = py, B = px, Factor = factor });
        }
    }

    /// <inheritdoc/>
    public void AddScaled(ReadOnlySpan<float> x, float factor, Span<float> y)
    {
        fixed (float* px = x, py = y)
        {
            ElementJob<T, AddScaledOperation<T>>.Run(workers, y.Length, new Elements { A = py, B = px, Factor = factor });
        }
    }

    /// <inheritdoc/>
    public void AddRows(ReadOnlySpan<float> x, int rows, Span<float> y)
    {
        fixed (float* px = x, py = y)
        {
            ColumnSums<T>.Run(workers, new ColumnSums<T> { Dy = px, Db = py, Rows = rows, Width = y.Length });
        }
    }

    /// <inheritdoc/>
    public void Gather(ReadOnlySpan<float> x, ReadOnlySpan<int> rows, int width, Span<float> y)
    {
        CheckRows(x, rows, width);
        fixed (float* px = x, py = y)
        fixed (int* pr = rows)
        {
            var job = new GatherJob<T> { Table = px, Picked = py, Rows = pr, Count = rows.Length, Width = width };
            RangeJob.Run(workers, rows.Length, RowsFor(width), &GatherJob<T>.Forward, &job);
        }
    }

    /// <inheritdoc/>
    public void GatherGradient(ReadOnlySpan<float> dy, ReadOnlySpan<int> rows, int width, Span<float> dx)
    {
        CheckRows(dx, rows, width);
        fixed (float* pdy = dy, pdx = dx)
        fixed (int* pr = rows)
        {
            var job = new GatherJob<T> { Table = pdx, Picked = pdy, Rows = pr, Count = rows.Length, Width = width };
            var runs = (width + GatherJob<T>.Columns - 1) / GatherJob<T>.Columns;
            RangeJob.Run(workers, runs, (long)rows.Length * width < Grain ? runs : 1, &GatherJob<T>.Backward, &job);
        }
    }

    /// <inheritdoc/>
    public void AdamW(Span<float> w, Span<float> gradient, Span<float> first, Span<float> second, in AdamWFactors factors)
    {
        fixed (float* pw = w, pg = gradient, pm = first, pv = second)
        {
            ElementJob<T, AdamWOperation<T>>.Run(workers, w.Length, new Elements { A = pw, B = pg, C = pm, D = pv, Factors = factors });
        }
    }

    /// <inheritdoc/>
    public void Descend(Span<float> w, Span<float> gradient, float kept, float rate)
    {
        fixed (float* pw = w, pg = gradient)
        {
            ElementJob<T, DescentOperation<T>>.Run(workers, w.Length, new Elements { A = pw, B = pg, Factors = new AdamWFactors { Kept = kept, Rate = rate } });
        }
    }

    /// <inheritdoc/>
    public double SumOfSquares(ReadOnlySpan<float> x)
    {
        fixed (float* px = x)
        {
            return SquaresJob<T>.Run(workers, pool, px, x.Length);
        }
    }

    private static void ClearRange(void* y, long from, long to) => new Span<float>((float*)y + from, (int)(to - from)).Clear();

    private static long RowsFor(int width) => Math.Max(1, Grain / Math.Max(1, width));

    private static void CheckRows(ReadOnlySpan<float> table, ReadOnlySpan<int> rows, int width)
    {
        var count = table.Length / width;
        foreach (var row in rows)
        {
            if ((uint)row >= (uint)count)
            {
                throw new ArgumentOutOfRangeException(nameof(rows), row, $"there are {count} rows");
            }
        }
    }
}
