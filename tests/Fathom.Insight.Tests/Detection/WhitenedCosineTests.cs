using Fathom.Insight.Detection;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Tests.Detection;

public sealed class WhitenedCosineTests
{
    private const int Width = TraceFactory.Width;

    [Theory]
    [InlineData(60)] // A covariance of full rank, by its factor.
    [InlineData(7)] // Fewer residuals than dimensions, by its directions and what lies across them.
    public void IsTheCosineUnderTheInverseOfTheCovarianceWithinClasses(int count)
    {
        var fit = TraceFactory.Many(count, 3);
        var set = DetectorFitter.Fit([new WhitenedCosineDetector()], TraceFactory.Origin, fit);
        var vectors = fit.Select(Last).ToArray();
        var means = fit.Zip(vectors).GroupBy(pair => pair.First.Label!).ToDictionary(group => group.Key, group => Mean([.. group.Select(pair => pair.Second)]));
        var residuals = fit.Zip(vectors).Select(pair => Minus(pair.Second, means[pair.First.Label!])).ToArray();
        var precision = Inverse(LedoitWolf(residuals));
        var centre = Mean([.. means.Values]);
        foreach (var trace in TraceFactory.Many(10, 4, strange: true))
        {
            var query = Minus(Last(trace), centre);
            var expected = vectors.Max(vector => Product(query, Minus(vector, centre)) / Math.Sqrt(Product(query, query) * Product(Minus(vector, centre), Minus(vector, centre))));
            Assert.Equal(-expected, set["cosine_whitened"].Score(trace), 1e-9);
        }

        double Product(double[] a, double[] b) => Enumerable.Range(0, Width).Sum(i => Enumerable.Range(0, Width).Sum(j => a[i] * precision[i, j] * b[j]));
    }

    [Fact]
    public void AFitSampleIsItsOwnNeighbourUnlessLeftOut()
    {
        var fit = TraceFactory.Many(30, 5);
        var detector = DetectorFitter.Fit([new WhitenedCosineDetector()], TraceFactory.Origin, fit)["cosine_whitened"];
        foreach (var trace in fit)
        {
            Assert.Equal(-1, detector.Score(trace), 1e-12);
            Assert.True(detector.ScoreWithoutItself(trace) > -1 + 1e-6);
        }
    }

    private static double[] Last(Trace trace) => [.. trace.States[Pooling.PromptLast][TraceFactory.Layers].ToArray().Select(value => (double)value)];

    private static double[] Mean(double[][] vectors) => [.. Enumerable.Range(0, Width).Select(j => vectors.Average(vector => vector[j]))];

    private static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    // Ledoit and Wolf's estimate written out, sum by sum.
    private static double[,] LedoitWolf(double[][] rows)
    {
        var n = rows.Length;
        var covariance = new double[Width, Width];
        var (trace, delta, beta) = (0.0, 0.0, 0.0);
        for (var i = 0; i < Width; i++)
        {
            for (var j = 0; j < Width; j++) covariance[i, j] = rows.Sum(row => row[i] * row[j]) / n;
            trace += covariance[i, i];
        }

        for (var i = 0; i < Width; i++)
        {
            for (var j = 0; j < Width; j++)
            {
                delta += Math.Pow(covariance[i, j] - (i == j ? trace / Width : 0), 2) / Width;
                beta += (rows.Sum(row => row[i] * row[i] * row[j] * row[j]) / n - covariance[i, j] * covariance[i, j]) / Width / n;
            }
        }

        var shrinkage = Math.Min(beta, delta) / delta;
        for (var i = 0; i < Width; i++)
        {
            for (var j = 0; j < Width; j++) covariance[i, j] = (1 - shrinkage) * covariance[i, j] + (i == j ? shrinkage * trace / Width : 0);
        }

        return covariance;
    }

    private static double[,] Inverse(double[,] matrix)
    {
        var n = matrix.GetLength(0);
        var (left, right) = ((double[,])matrix.Clone(), new double[n, n]);
        for (var i = 0; i < n; i++) right[i, i] = 1;
        for (var i = 0; i < n; i++)
        {
            var pivot = left[i, i];
            for (var j = 0; j < n; j++) (left[i, j], right[i, j]) = (left[i, j] / pivot, right[i, j] / pivot);
            for (var k = 0; k < n; k++)
            {
                if (k == i) continue;
                var factor = left[k, i];
                for (var j = 0; j < n; j++) (left[k, j], right[k, j]) = (left[k, j] - factor * left[i, j], right[k, j] - factor * right[i, j]);
            }
        }

        return right;
    }
}
