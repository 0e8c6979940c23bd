namespace Fathom.Insight.Numerics;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix in double: Householder reflections to a tridiagonal matrix, then implicit QL
/// steps with Wilkinson's shift (Golub and Van Loan, "Matrix Computations", chapter 8). O(n³), the same bits on every machine.
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
        var vectors = Tridiagonalise(matrix, size, diagonal, beside);
        Diagonalise(diagonal, beside, vectors, size);
        return (diagonal, vectors);
    }

    private static double[] Tridiagonalise(double[] a, int n, double[] diagonal, double[] beside)
    {
        var reflections = new double[n][];
        for (var k = 0; k < n - 2; k++)
        {
            var first = k + 1;
            var v = a.AsSpan(k * n + first, n - first).ToArray();
            var length = Math.Sqrt(VectorMath.Dot(v, v));
            if (length == 0)
            {
                continue;
            }

            // The sign that does not cancel.
            beside[k] = v[0] > 0 ? -length : length;
            v[0] -= beside[k];
            VectorMath.Scale(v, 1 / Math.Sqrt(VectorMath.Dot(v, v)));
            reflections[k] = v;

            // A' = A - v w^T - w v^T with p = 2 A v, w = p - (v.p) v.
            var w = new double[v.Length];
            for (var i = 0; i < w.Length; i++)
            {
                w[i] = 2 * VectorMath.Dot(a.AsSpan((first + i) * n + first, v.Length), v);
            }

            VectorMath.AddScaled(w, v, -VectorMath.Dot(v, w));
            for (var i = 0; i < w.Length; i++)
            {
                var row = a.AsSpan((first + i) * n + first, v.Length);
                VectorMath.AddScaled(row, w, -v[i]);
                VectorMath.AddScaled(row, v, -w[i]);
            }
        }

        for (var i = 0; i < n; i++)
        {
            diagonal[i] = a[i * n + i];
        }

        if (n > 1)
        {
            beside[n - 2] = a[(n - 2) * n + n - 1];
        }

        var vectors = new double[a.Length];
        for (var i = 0; i < n; i++)
        {
            vectors[i * n + i] = 1;
        }

        for (var k = n - 3; k >= 0; k--)
        {
            if (reflections[k] is not { } v)
            {
                continue;
            }

            for (var i = k + 1; i < n; i++)
            {
                var row = vectors.AsSpan(i * n + k + 1, v.Length);
                VectorMath.AddScaled(row, v, -2 * VectorMath.Dot(row, v));
            }
        }

        return vectors;
    }

    private static void Diagonalise(double[] d, double[] e, double[] vectors, int n)
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

                Step(d, e, vectors, n, l, m);
            }
        }
    }

    /// <summary>One implicit QL sweep from <paramref name="m"/> up to <paramref name="l"/>.</summary>
    private static void Step(double[] d, double[] e, double[] vectors, int n, int l, int m)
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
            VectorMath.Rotate(vectors.AsSpan(i * n, n), vectors.AsSpan((i + 1) * n, n), cosine, sine);
        }

        d[l] -= shift;
        e[l] = g;
        e[m] = 0;
    }
}
