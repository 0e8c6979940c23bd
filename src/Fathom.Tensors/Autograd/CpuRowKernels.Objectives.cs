using Fathom.Tensors.Kernels.Gradients;
using Fathom.Tensors.Kernels.Gradients.Cpu;
using Fathom.Tensors.Threading;

namespace Fathom.Tensors.Autograd;

/// <content>What objectives and adapters ask for beyond a decoder's own operations.</content>
internal sealed unsafe partial class CpuRowKernels<T>
{
    /// <inheritdoc/>
    public void Activate(Activation activation, ReadOnlySpan<float> x, Span<float> y)
    {
        fixed (float* px = x, py = y)
        {
            ActivationJobs<T>.Forward(workers, activation, y.Length, new Elements { A = py, B = px });
        }
    }

    /// <inheritdoc/>
    public void ActivateGradient(Activation activation, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
    {
        fixed (float* px = x, pdy = dy, pdx = dx)
        {
            ActivationJobs<T>.Backward(workers, activation, dx.Length, new Elements { A = pdx, B = px, C = pdy });
        }
    }

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        fixed (float* pa = a, pb = b, py = y)
        {
            ElementJob<T, MultiplyOperation<T>>.Run(workers, y.Length, new Elements { A = py, B = pa, C = pb });
        }
    }

    /// <inheritdoc/>
    public void AddProduct(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        fixed (float* pa = a, pb = b, py = y)
        {
            ElementJob<T, AddProductOperation<T>>.Run(workers, y.Length, new Elements { A = py, B = pa, C = pb });
        }
    }

    /// <inheritdoc/>
    public void AddRow(ReadOnlySpan<float> b, Span<float> y)
    {
        fixed (float* pb = b, py = y)
        {
            Rows(y.Length / b.Length, new RowJob<T> { A = py, Numbers = pb, Width = b.Length }, &RowJob<T>.AddRow);
        }
    }

    /// <inheritdoc/>
    public void RowDots(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int width, Span<float> y)
    {
        fixed (float* pa = a, pb = b, py = y)
        {
            Rows(y.Length, new RowJob<T> { A = pa, B = pb, Numbers = py, Width = width }, &RowJob<T>.Dots);
        }
    }

    /// <inheritdoc/>
    public void AddScaledRows(ReadOnlySpan<float> x, ReadOnlySpan<float> factors, int width, Span<float> y)
    {
        fixed (float* px = x, pf = factors, py = y)
        {
            Rows(factors.Length, new RowJob<T> { A = py, B = px, Numbers = pf, Width = width }, &RowJob<T>.AddScaled);
        }
    }

    /// <inheritdoc/>
    public void LogSoftmax(ReadOnlySpan<float> x, int width, Span<float> y)
    {
        fixed (float* px = x, py = y)
        {
            Rows(x.Length / width, new RowJob<T> { A = py, B = px, Width = width }, &RowJob<T>.LogSoftmax);
        }
    }

    /// <inheritdoc/>
    public void LogSoftmaxGradient(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, int width, Span<float> dx)
    {
        fixed (float* py = y, pdy = dy, pdx = dx)
        {
            Rows(y.Length / width, new RowJob<T> { A = pdx, B = py, C = pdy, Width = width }, &RowJob<T>.LogSoftmaxGradient);
        }
    }

    /// <inheritdoc/>
    public void SoftTargets(ReadOnlySpan<float> student, ReadOnlySpan<float> teacher, int width, float sharpness, float epsilon, Span<float> losses)
    {
        fixed (float* ps = student, pt = teacher, pl = losses)
        {
            var job = new SoftTargetsJob<T> { Student = ps, Teacher = pt, Width = width, Sharpness = sharpness, Epsilon = epsilon, Losses = pl };
            RangeJob.Run(workers, losses.Length, RowsFor(width), &SoftTargetsJob<T>.Forward, &job);
        }
    }

    /// <inheritdoc/>
    public void SoftTargetsGradient(Span<float> student, ReadOnlySpan<float> teacher, int width, float sharpness, float epsilon, ReadOnlySpan<float> factors)
    {
        fixed (float* ps = student, pt = teacher, pf = factors)
        {
            var job = new SoftTargetsJob<T> { Student = ps, Teacher = pt, Width = width, Sharpness = sharpness, Epsilon = epsilon, Factors = pf };
            RangeJob.Run(workers, factors.Length, RowsFor(width), &SoftTargetsJob<T>.Backward, &job);
        }
    }

    /// <inheritdoc/>
    public void NegativeEntropy(ReadOnlySpan<float> teacher, int width, float sharpness, float epsilon, Span<float> results)
    {
        fixed (float* pt = teacher, pr = results)
        {
            var job = new EntropyJob { Teacher = pt, Width = width, Sharpness = sharpness, Epsilon = epsilon, Results = pr };
            RangeJob.Run(workers, results.Length, RowsFor(16 * width), &EntropyJob.Rows, &job);
        }
    }

    /// <inheritdoc/>
    public void AddKept(ReadOnlySpan<float> x, in DropoutDraw draw, Span<float> y)
    {
        fixed (float* px = x, py = y)
        {
            var job = new DropoutJob { From = px, To = py, Draw = draw };
            RangeJob.Run(workers, y.Length, Grain, &DropoutJob.Range, &job);
        }
    }

    private void Rows(int count, RowJob<T> job, delegate*<void*, long, long, void> body) => RangeJob.Run(workers, count, RowsFor(job.Width), body, &job);
}
