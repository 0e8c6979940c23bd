using System.Numerics;

namespace Fathom.Tensors.Kernels.Gradients;

/// <summary>The three matrix products of a linear layer, one number at a time. Shapes: x [R, K], w [N, K], y [R, N].</summary>
internal static class PlainMatrices
{
    /// <summary>y[r, n] += sum over k of x[r, k] w[n, k].</summary>
    public static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> w, int rows, int outputs, int inputs, Span<T> y)
        where T : IFloatingPointIeee754<T>
    {
        for (var r = 0; r < rows; r++)
        {
            for (var n = 0; n < outputs; n++)
            {
                var sum = y[r * outputs + n];
                for (var k = 0; k < inputs; k++)
                {
                    sum = T.FusedMultiplyAdd(x[r * inputs + k], w[n * inputs + k], sum);
                }

                y[r * outputs + n] = sum;
            }
        }
    }

    /// <summary>dx[r, k] += sum over n of dy[r, n] w[n, k].</summary>
    public static void InputGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> w, int rows, int outputs, int inputs, Span<T> dx)
        where T : IFloatingPointIeee754<T>
    {
        for (var r = 0; r < rows; r++)
        {
            for (var k = 0; k < inputs; k++)
            {
                var sum = dx[r * inputs + k];
                for (var n = 0; n < outputs; n++)
                {
                    sum = T.FusedMultiplyAdd(dy[r * outputs + n], w[n * inputs + k], sum);
                }

                dx[r * inputs + k] = sum;
            }
        }
    }

    /// <summary>dw[n, k] += sum over r of dy[r, n] x[r, k].</summary>
    public static void WeightGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> x, int rows, int outputs, int inputs, Span<T> dw)
        where T : IFloatingPointIeee754<T>
    {
        for (var n = 0; n < outputs; n++)
        {
            for (var k = 0; k < inputs; k++)
            {
                var sum = dw[n * inputs + k];
                for (var r = 0; r < rows; r++)
                {
                    sum = T.FusedMultiplyAdd(dy[r * outputs + n], x[r * inputs + k], sum);
                }

                dw[n * inputs + k] = sum;
            }
        }
    }
}
