namespace Fathom.Insight.Numerics;

/// <summary>Triangular factors of packed symmetric matrices (lower triangle, row by row): A = L L'.</summary>
internal static class PackedCholesky
{
    /// <summary>
    /// Replaces a matrix by its factor. A pivot below <paramref name="floor"/>, or below what rounding leaves of a direction without
    /// variance, is raised to it: such a direction counts as if it had that variance.
    /// </summary>
    public static void Factor(double[] packed, int size, double floor)
    {
        var largest = 0.0;
        for (var i = 0; i < size; i++) largest = Math.Max(largest, packed[i * (i + 1) / 2 + i]);
        var least = Math.Max(floor, largest * size * 2.220446049250313e-16);
        for (var i = 0; i < size; i++)
        {
            var row = packed.AsSpan(i * (i + 1) / 2, i + 1);
            for (var j = 0; j < i; j++)
            {
                var other = packed.AsSpan(j * (j + 1) / 2, j + 1);
                row[j] = (row[j] - VectorMath.Dot(row[..j], other[..j])) / other[j];
            }

            row[i] = Math.Sqrt(Math.Max(row[i] - VectorMath.Dot(row[..i], row[..i]), least));
        }
    }

    /// <summary>Squared length of L⁻¹ v, which is v' A⁻¹ v; <paramref name="vector"/> is overwritten.</summary>
    public static double SquaredDistance(ReadOnlySpan<double> factor, Span<double> vector)
    {
        var sum = 0.0;
        for (var i = 0; i < vector.Length; i++)
        {
            var row = factor.Slice(i * (i + 1) / 2, i + 1);
            vector[i] = (vector[i] - VectorMath.Dot(row[..i], vector[..i])) / row[i];
            sum += vector[i] * vector[i];
        }

        return sum;
    }
}
