namespace Fathom.Insight.Numerics;

/// <summary>Triangular factors of symmetric positive matrices, A = L Lᵀ, block by block; row-major squares of which the lower triangle counts.</summary>
internal static class Cholesky
{
    private const int Block = 128;

    /// <summary>
    /// Replaces the lower triangle of a matrix by its factor. A pivot below <paramref name="least"/> is raised to it: such a direction
    /// counts as if it had that variance. Where <paramref name="least"/> is 0, a pivot that is not positive ends the work.
    /// </summary>
    /// <returns>Whether every pivot was above <paramref name="least"/>.</returns>
    public static bool Factor(double[] matrix, int size, double least)
    {
        var sound = true;
        for (var first = 0; first < size; first += Block)
        {
            var next = Math.Min(first + Block, size);
            for (var i = first; i < next; i++)
            {
                Solve(matrix, size, first, i, i);
                var own = matrix.AsSpan(i * size + first, i - first);
                var pivot = matrix[i * size + i] - VectorMath.Dot(own, own);
                if (!(pivot > least))
                {
                    if (least == 0) return false;
                    (pivot, sound) = (least, false);
                }

                matrix[i * size + i] = Math.Sqrt(pivot);
            }

            var below = size - next;
            if (below == 0) break;
            Workers.Run((below + 15) / 16, (long)below * Block * Block, task =>
            {
                for (var i = next + 16 * task; i < Math.Min(next + 16 * task + 16, size); i++) Solve(matrix, size, first, i, next);
            });
            var column = MatrixView.Of(matrix, size, next, first);
            MatrixProducts.AddTransposed(MatrixView.Of(matrix, size, next, next), column, column, below, below, next - first, -1, lower: true);
        }

        return sound;
    }

    /// <summary>The inverse of a factor, a new square whose upper triangle is 0.</summary>
    public static double[] Invert(double[] factor, int size)
    {
        var inverse = new double[factor.Length];
        for (var first = 0; first < size; first += Block)
        {
            var rows = Math.Min(Block, size - first);

            // L X = I: what the rows above give, taken off, then the block's own triangle.
            if (first > 0)
            {
                MatrixProducts.AddTransposed(MatrixView.Of(inverse, size, first), MatrixView.Of(factor, size, first), MatrixView.Of(inverse, size).Turned, rows, first, first, -1);
            }

            for (var i = 0; i < rows; i++)
            {
                var row = inverse.AsSpan((first + i) * size, first + i + 1);
                row[^1] += 1;
                for (var k = 0; k < i; k++)
                {
                    VectorMath.AddScaled(row[..(first + k + 1)], inverse.AsSpan((first + k) * size, first + k + 1), -factor[(first + i) * size + first + k]);
                }

                VectorMath.Scale(row, 1 / factor[(first + i) * size + first + i]);
            }
        }

        return inverse;
    }

    // One row of the factor from column `first` to `end`, given those of the rows before it.
    private static void Solve(double[] matrix, int size, int first, int row, int end)
    {
        var own = matrix.AsSpan(row * size + first, end - first);
        for (var j = 0; j < own.Length; j++)
        {
            var other = matrix.AsSpan((first + j) * size + first, j + 1);
            own[j] = (own[j] - VectorMath.Dot(own[..j], other[..j])) / other[j];
        }
    }
}
