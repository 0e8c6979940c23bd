using System.Numerics;

namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>y = x s w with s = 1 / sqrt(mean(x^2) + epsilon), row by row; x, y [R, D], w [D].</summary>
internal static class PlainRmsNorm
{
    public static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> w, int rows, int width, T epsilon, Span<T> y)
        where T : IFloatingPointIeee754<T>
    {
        for (var r = 0; r < rows; r++)
        {
            var s = Scale(x.Slice(r * width, width), epsilon);
            for (var i = 0; i < width; i++)
            {
                y[r * width + i] = x[r * width + i] * s * w[i];
            }
        }
    }

    /// <summary>dx += s (w dy - x s^2 mean(w dy x)); dw += sum over rows of dy x s. Either gradient may be empty.</summary>
    public static void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> w, ReadOnlySpan<T> dy, int rows, int width, T epsilon, Span<T> dx, Span<T> dw)
        where T : IFloatingPointIeee754<T>
    {
        for (var r = 0; r < rows; r++)
        {
            var row = x.Slice(r * width, width);
            var gradient = dy.Slice(r * width, width);
            var s = Scale(row, epsilon);
            var along = T.Zero;
            for (var i = 0; i < width; i++)
            {
                along += w[i] * gradient[i] * row[i];
            }

            along *= s * s / T.CreateChecked(width);
            for (var i = 0; i < width; i++)
            {
                if (!dx.IsEmpty)
                {
                    dx[r * width + i] += s * (w[i] * gradient[i] - row[i] * along);
                }

                if (!dw.IsEmpty)
                {
                    dw[i] += gradient[i] * row[i] * s;
                }
            }
        }
    }

    private static T Scale<T>(ReadOnlySpan<T> row, T epsilon)
        where T : IFloatingPointIeee754<T>
    {
        var sum = T.Zero;
        foreach (var value in row)
        {
            sum += value * value;
        }

        return T.One / T.Sqrt(sum / T.CreateChecked(row.Length) + epsilon);
    }
}
