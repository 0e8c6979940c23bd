namespace Fathom.Insight.Numerics;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix in double: Householder reflections to a tridiagonal matrix, then implicit QL
/// steps with Wilkinson's shift (Golub and Van Loan, "Matrix Computations", chapter 8), whose rotations are applied many at a time.
/// O(n³), the same bits on every machine.
/// </summary>
internal static class SymmetricEigen
{
    private const int MostSteps = 60;
    private const double LeastShare = 1e-20;
    private const double MostShare = 1e-15;

    /// <summary>Decomposes <paramref name="matrix"/> (row-major, destroyed); row i of the vectors belongs to value i, in no order.</summary>
    public static (double[] Values, double[] Vectors) Decompose(double[] matrix, int size)
    {
        var diagonal = new double[size];
        var beside = new double[size];
        var vectors = Tridiagonal.Vectors(Tridiagonal.Reduce(matrix, size, diagonal, beside), size);
        Diagonalise(diagonal, beside, new PlaneRotations(vectors, size), size);
        return (diagonal, vectors);
    }

    /// <summary>The eigenvalues alone, for a fraction of the work; <paramref name="matrix"/> is destroyed.</summary>
    public static double[] Values(double[] matrix, int size)
    {
        var diagonal = new double[size];
        var beside = new double[size];
        _ = Tridiagonal.Reduce(matrix, size, diagonal, beside);
        Diagonalise(diagonal, beside, null, size);
        return diagonal;
    }

    private static void Diagonalise(double[] d, double[] e, PlaneRotations? rotations, int n)
    {
        // Where the rank is low, what is left is noise of noise, smaller row by row, and the steps may never end with it. Beside the
        // whole matrix it is nothing: an entry beside the diagonal counts as 0 below a share of the largest, which starts far below
        // what rounding has put everywhere (so that small eigenvalues keep their digits) and grows only where the steps do not end.
        var largest = 0.0;
        for (var i = 0; i < n; i++)
        {
            largest = Math.Max(largest, Math.Abs(d[i]) + Math.Abs(e[i]));
        }

        var nothing = LeastShare * largest;

        for (var l = 0; l < n; l++)
        {
            for (var steps = 0; ; steps++)
            {
                var m = l;
                while (m < n - 1 && Math.Abs(e[m]) > Math.Max(nothing, 1.1102230246251565e-16 * (Math.Abs(d[m]) + Math.Abs(d[m + 1]))))
                {
                    m++;
                }

                if (m == l)
                {
                    break;
                }

                if (steps == MostSteps && nothing < MostShare * largest)
                {
                    nothing *= 100;
                    steps = 0;
                }

                if (steps == MostSteps)
                {
                    throw new FathomException("the eigenvalues of a covariance matrix did not converge; a hidden state is too large or not finite");
                }

                Step(d, e, rotations, l, m);
            }
        }

        rotations?.Apply();
    }

    /// <summary>One implicit QL sweep from <paramref name="m"/> up to <paramref name="l"/>.</summary>
    private static void Step(double[] d, double[] e, PlaneRotations? rotations, int l, int m)
    {
        var half = (d[l + 1] - d[l]) / (2 * e[l]);
        var root = Math.Sqrt(half * half + 1);
        var g = d[m] - d[l] + e[l] / (half + (half < 0 ? -root : root));
        double sine = 1, cosine = 1, shift = 0;
        for (var i = m - 1; i >= l; i--)
        {
            var f = sine * e[i];
            var b = cosine * e[i];
            var r = Math.Sqrt(f * f + g * g);
            e[i + 1] = r;
            if (r == 0)
            {
                // The matrix has split: what is left is taken up by the next search.
                d[i + 1] -= shift;
                e[m] = 0;
                return;
            }

            sine = f / r;
            cosine = g / r;
            g = d[i + 1] - shift;
            r = (d[i] - g) * sine + 2 * cosine * b;
            shift = sine * r;
            d[i + 1] = g + shift;
            g = cosine * r - b;
            rotations?.Add(i, cosine, sine);
        }

        d[l] -= shift;
        e[l] = g;
        e[m] = 0;
    }
}
