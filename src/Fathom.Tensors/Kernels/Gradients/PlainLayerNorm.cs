using System.Numerics;

namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>y = n w + b with n = (x - mean) s and s = 1 / sqrt(variance + epsilon), row by row; x, y [R, D], w, b [D].</summary>
internal static class PlainLayerNorm
{
    public static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> w, ReadOnlySpan<T> b, int rows, int width, T epsilon, Span<T> y)
        where T : IFloatingPointIeee754<T>
    {
        for (var r = 0; r < rows; r++)
        {
            var (mean, s) = Moments(x.Slice(r * width, width), epsilon);
            for (var i = 0; i < width; i++)
            {
                y[r * width + i] = (x[r * width + i] - mean) * s * w[i] + (b.IsEmpty ? T.Zero : b[i]);
            }
        }
    }

    /// <summary>dx += s (g - mean(g) - n mean(g n)) with g = w dy; dw += sum of dy n; db += sum of dy. Any gradient may be empty.</summary>
    public static void Backward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> w, ReadOnlySpan<T> dy, int rows, int width, T epsilon, Span<T> dx, Span<T> dw, Span<T> db)
        where T : IFloatingPointIeee754<T>
    {
        var count = T.CreateChecked(width);
        for (var r = 0; r < rows; r++)
        {
            var row = x.Slice(r * width, width);
            var gradient = dy.Slice(r * width, width);
            var (mean, s) = Moments(row, epsilon);
            var (sum, along) = (T.Zero, T.Zero);
            for (var i = 0; i < width; i++)
            {
                sum += w[i] * gradient[i];
                along += w[i] * gradient[i] * (row[i] - mean) * s;
            }

            for (var i = 0; i < width; i++)
            {
                var normal = (row[i] - mean) * s;
                if (!dx.IsEmpty)
                {
                    dx[r * width + i] += s * (w[i] * gradient[i] - sum / count - normal * along / count);
                }

                if (!dw.IsEmpty)
                {
                    dw[i] += gradient[i] * normal;
                }

                if (!db.IsEmpty)
                {
                    db[i] += gradient[i];
                }
            }
        }
    }

    private static (T Mean, T Scale) Moments<T>(ReadOnlySpan<T> row, T epsilon)
        where T : IFloatingPointIeee754<T>
    {
        var count = T.CreateChecked(row.Length);
        var mean = T.Zero;
        foreach (var value in row)
        {
            mean += value;
        }

        mean /= count;
        var variance = T.Zero;
        foreach (var value in row)
        {
            variance += (value - mean) * (value - mean);
        }

        return (mean, T.One / T.Sqrt(variance / count + epsilon));
    }
}
