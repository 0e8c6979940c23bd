using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fathom.Insight.Numerics;

/// <summary>
/// A symmetric matrix as Q T Qᵀ with T tridiagonal, by Householder's reflections in panels (J. Dongarra, S. Hammarling and D. Sorensen,
/// 1989): a panel's reflections are applied to the rest of the matrix, and to Q, by products of matrices.
/// </summary>
internal static class Tridiagonal
{
    private const int Panel = 32;

    // Parts of a product of the triangle with a vector: their number is fixed, so that their sum does not depend on the processors.
    private const int Parts = 8;

    /// <summary>Reduces <paramref name="a"/> (row-major, of which the lower triangle is read; destroyed) and gives the reflections that make Q.</summary>
    /// <param name="a">The matrix.</param>
    /// <param name="n">Its size.</param>
    /// <param name="diagonal">Filled with the diagonal of T.</param>
    /// <param name="beside">Filled with what stands beside it.</param>
    public static double[] Reduce(double[] a, int n, double[] diagonal, double[] beside)
    {
        // Row k: the unit vector of reflection k (0 before k + 1), or 0 where none was needed.
        var reflections = new double[a.Length];
        var work = new double[Parts * n];
        for (var first = 0; first < n - 2; first += Panel)
        {
            var number = Math.Min(Panel, n - 2 - first);
            var pairs = new double[2 * number * n];
            for (var k = 0; k < number; k++) Reflect(a, n, first, k, reflections, pairs, number, diagonal, beside, work);

            // A' = A - V Wᵀ - W Vᵀ for all that lies behind the panel.
            var (from, behind) = (first + number, n - first - number);
            var turned = new double[2 * number * n];
            pairs.AsSpan(0, number * n).CopyTo(turned.AsSpan(number * n));
            pairs.AsSpan(number * n, number * n).CopyTo(turned);
            MatrixProducts.AddTransposed(MatrixView.Of(a, n, from, from), MatrixView.Of(pairs, n, 0, from).Turned, MatrixView.Of(turned, n, 0, from).Turned, behind, behind, 2 * number, -1, lower: true);
        }

        for (var i = Math.Max(0, n - 2); i < n; i++) diagonal[i] = a[i * n + i];
        if (n > 1) beside[n - 2] = a[(n - 1) * n + n - 2];
        return reflections;
    }

    /// <summary>Reflection k of a panel; rows 0 to number - 1 of <paramref name="pairs"/> are V, those after them W.</summary>
    private static void Reflect(double[] a, int n, int first, int k, double[] reflections, double[] pairs, int number, double[] diagonal, double[] beside, double[] work)
    {
        var row = first + k;
        var x = new double[n - row];
        for (var i = row; i < n; i++) x[i - row] = a[i * n + row];
        for (var q = 0; q < k; q++)
        {
            var v = pairs.AsSpan(q * n + row, n - row);
            var w = pairs.AsSpan((number + q) * n + row, n - row);
            VectorMath.AddScaled(x, w, -v[0]);
            VectorMath.AddScaled(x, v, -w[0]);
        }

        diagonal[row] = x[0];
        var own = pairs.AsSpan(k * n + row + 1, n - row - 1);
        x.AsSpan(1).CopyTo(own);
        var length = Math.Sqrt(VectorMath.Dot(own, own));
        if (length == 0) return;

        // The sign that does not cancel.
        beside[row] = own[0] > 0 ? -length : length;
        own[0] -= beside[row];
        VectorMath.Scale(own, 1 / Math.Sqrt(VectorMath.Dot(own, own)));
        own.CopyTo(reflections.AsSpan(row * n + row + 1));

        // w = p - (v.p) v with p = 2 A v, A as it would be after the reflections before.
        var other = pairs.AsSpan((number + k) * n + row + 1, n - row - 1);
        MultiplyLower(a, n, row + 1, own, other, work);
        for (var q = 0; q < k; q++)
        {
            var v = pairs.AsSpan(q * n + row + 1, own.Length);
            var w = pairs.AsSpan((number + q) * n + row + 1, own.Length);
            var (wOwn, vOwn) = (VectorMath.Dot(w, own), VectorMath.Dot(v, own));
            VectorMath.AddScaled(other, v, -wOwn);
            VectorMath.AddScaled(other, w, -vOwn);
        }

        VectorMath.Scale(other, 2);
        VectorMath.AddScaled(other, own, -VectorMath.Dot(own, other));
    }

    /// <summary>The symmetric matrix behind <paramref name="first"/> times a vector, from its lower triangle, read once.</summary>
    private static void MultiplyLower(double[] a, int n, int first, ReadOnlySpan<double> vector, Span<double> product, double[] work)
    {
        var size = n - first;
        var x = vector.ToArray();
        Workers.Run(Parts, (long)size * size, part =>
        {
            // Rows so that every part has about the same area.
            var (start, end) = ((int)(size * Math.Sqrt(part / (double)Parts)), (int)(size * Math.Sqrt((part + 1) / (double)Parts)));
            if (part == Parts - 1) end = size;
            var sums = work.AsSpan(part * n, size);
            sums.Clear();
            for (var i = start; i < end; i++)
            {
                var row = a.AsSpan((first + i) * n + first, i);
                sums[i] += DotAndAdd(row, x, sums, x[i]) + a[(first + i) * n + first + i] * x[i];
            }
        });
        work.AsSpan(0, size).CopyTo(product);
        for (var part = 1; part < Parts; part++) VectorMath.AddScaled(product, work.AsSpan(part * n, size), 1);
    }

    /// <summary>row · x, and sums += row · factor.</summary>
    private static double DotAndAdd(ReadOnlySpan<double> row, ReadOnlySpan<double> x, Span<double> sums, double factor)
    {
        var whole = row.Length & ~7;
        ref var values = ref MemoryMarshal.GetReference(row);
        ref var with = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(sums);
        var factors = Vector256.Create(factor);
        Vector256<double> low = default, high = default;
        for (nuint j = 0; j < (nuint)whole; j += 8)
        {
            var first = Vector256.LoadUnsafe(ref values, j);
            var second = Vector256.LoadUnsafe(ref values, j + 4);
            low = Vector256.FusedMultiplyAdd(first, Vector256.LoadUnsafe(ref with, j), low);
            high = Vector256.FusedMultiplyAdd(second, Vector256.LoadUnsafe(ref with, j + 4), high);
            Vector256.FusedMultiplyAdd(first, factors, Vector256.LoadUnsafe(ref to, j)).StoreUnsafe(ref to, j);
            Vector256.FusedMultiplyAdd(second, factors, Vector256.LoadUnsafe(ref to, j + 4)).StoreUnsafe(ref to, j + 4);
        }

        var lanes = low + high;
        var sum = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
        for (var j = whole; j < row.Length; j++)
        {
            sum = Math.FusedMultiplyAdd(row[j], x[j], sum);
            sums[j] = Math.FusedMultiplyAdd(row[j], factor, sums[j]);
        }

        return sum;
    }

    /// <summary>Qᵀ, the product of all reflections, the last one first, panel by panel as I - Vᵀ S V.</summary>
    public static double[] Vectors(double[] reflections, int n)
    {
        var vectors = new double[reflections.Length];
        for (var i = 0; i < n; i++) vectors[i * n + i] = 1;
        for (var end = n - 2; end > 0; end -= Panel)
        {
            // The last reflection is applied first.
            var (first, number) = (Math.Max(0, end - Panel), Math.Min(Panel, end));
            var rows = new double[number * n];
            for (var q = 0; q < number; q++) reflections.AsSpan((end - 1 - q) * n, n).CopyTo(rows.AsSpan(q * n));
            var small = Factor(rows, number, n);
            var size = n - first - 1;
            var target = MatrixView.Of(vectors, n, first + 1, first + 1);
            var panel = MatrixView.Of(rows, n, 0, first + 1);
            var (products, mixed) = (new double[size * number], new double[size * number]);
            MatrixProducts.AddTransposed(MatrixView.Of(products, number), target, panel, size, number, size);
            MatrixProducts.AddTransposed(MatrixView.Of(mixed, number), MatrixView.Of(products, number), MatrixView.Of(small, number).Turned, size, number, number);
            MatrixProducts.AddTransposed(target, MatrixView.Of(mixed, number), panel.Turned, size, size, number, -1);
        }

        return vectors;
    }

    /// <summary>S of the product of reflections I - 2 v vᵀ in the order of the rows: another one on the right adds the column (-2 S V v, 2).</summary>
    private static double[] Factor(double[] rows, int number, int n)
    {
        var small = new double[number * number];
        for (var q = 0; q < number; q++)
        {
            var v = rows.AsSpan(q * n, n);
            var products = new double[q];
            for (var p = 0; p < q; p++) products[p] = VectorMath.Dot(rows.AsSpan(p * n, n), v);
            for (var p = 0; p < q; p++) small[p * number + q] = -2 * VectorMath.Dot(small.AsSpan(p * number, q), products);
            small[q * number + q] = 2;
        }

        return small;
    }
}
