using Fathom.Insight.Detection;
using Fathom.Insight.Numerics;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Metrics;

public sealed class SymmetricEigenTests
{
    [Fact]
    public void VectorsAreOrthonormalAndMakeTheMatrix() => Forall.Random(random =>
    {
        var n = 1 + random.NextInt32(30);
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                // Zeros now and then, so that the matrix splits.
                a[i * n + j] = a[j * n + i] = random.NextInt32(3) == 0 ? 0 : random.NextNormal();
            }
        }

        var (values, vectors) = SymmetricEigen.Decompose((double[])a.Clone(), n);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                Assert.Equal(i == j ? 1 : 0, VectorMath.Dot(vectors.AsSpan(i * n, n), vectors.AsSpan(j * n, n)), 1e-12);
                Assert.Equal(a[i * n + j], Enumerable.Range(0, n).Sum(k => values[k] * vectors[k * n + i] * vectors[k * n + j]), 1e-11);
            }
        }
    });

    [Theory]
    [InlineData(3)]
    [InlineData(34)]
    [InlineData(67)]
    [InlineData(130)]
    public void PanelsOfReflectionsMakeTheMatrix(int n)
    {
        var random = new CounterRandom((ulong)n);
        var a = new double[n * n];
        for (var at = 0; at < a.Length; at++) a[at] = at / n >= at % n ? random.NextNormal() : a[at % n * n + at / n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++) a[j * n + i] = a[i * n + j];
        }

        var (values, vectors) = SymmetricEigen.Decompose((double[])a.Clone(), n);
        Assert.Equal(values, SymmetricEigen.Values((double[])a.Clone(), n));
        for (var at = 0; at < a.Length; at += 7)
        {
            var (i, j) = (at / n, at % n);
            Assert.Equal(i == j ? 1 : 0, VectorMath.Dot(vectors.AsSpan(i * n, n), vectors.AsSpan(j * n, n)), 1e-12);
            Assert.Equal(a[at], Enumerable.Range(0, n).Sum(k => values[k] * vectors[k * n + i] * vectors[k * n + j]), 1e-11);
        }
    }

    [Theory]
    [InlineData(40, 3, 1)]
    [InlineData(120, 13, 1)]
    [InlineData(90, 5, 1e3)]
    [InlineData(150, 7, 100)]
    [InlineData(150, 1, 1)]
    public void LowRankEndsAndKeepsTheMatrix(int n, int rank, double big)
    {
        // What is left of such a matrix is noise of noise, with which the steps once did not end.
        for (var seed = 0UL; seed < 6; seed++)
        {
            var random = new CounterRandom(seed, (ulong)(n + rank));
            var a = new double[n * n];
            for (var r = 0; r < rank; r++)
            {
                double[] v = [.. Enumerable.Range(0, n).Select(j => (double)(float)(random.NextNormal() * (j % 50 == 0 ? big : 1)))];
                for (var at = 0; at < a.Length; at++) a[at] += v[at / n] * v[at % n] / rank;
            }

            var trace = Enumerable.Range(0, n).Sum(i => a[i * n + i]);
            var (values, vectors) = SymmetricEigen.Decompose((double[])a.Clone(), n);
            Assert.Equal(trace, values.Sum(), 1e-12 * trace);
            Assert.Equal(rank, values.Count(value => value > 1e-12 * trace));
            for (var at = 0; at < a.Length; at += 37)
            {
                Assert.Equal(a[at], Enumerable.Range(0, n).Sum(k => values[k] * vectors[k * n + at / n] * vectors[k * n + at % n]), 1e-12 * trace);
            }
        }
    }

    [Fact]
    public void ADiagonalCovarianceGivesTheDiagonalDistance() => Forall.Random(random =>
    {
        // Signs in all combinations: exactly uncorrelated.
        var width = 4;
        var scales = Enumerable.Range(0, width).Select(_ => 0.5 + random.NextDouble()).ToArray();
        var vectors = Enumerable.Range(0, 1 << width).SelectMany(code => scales.Select((scale, j) => (code >> j & 1) == 0 ? scale : -scale)).ToArray();
        var query = Enumerable.Range(0, width).Select(_ => random.NextNormal()).ToArray();
        var diagonal = query.Zip(scales, (x, s) => x * x / (s * s)).Sum();
        var full = FullGaussian.Fit(vectors, width, new int[1 << width], CovarianceRule.Pinv);
        Assert.Equal(diagonal, full.Distances(query)[0], 1e-9);
        Assert.Equal(width, full.Rank);
    });

    [Fact]
    public void OneItemPerClassGivesZeroEverywhere()
    {
        var gaussian = FullGaussian.Fit([1, 2, 3, 4], 2, [0, 1], CovarianceRule.Pinv);
        Assert.Equal([0, 0], gaussian.Distances([100, -7]));
        Assert.Equal(0, gaussian.Rank);
    }
}
