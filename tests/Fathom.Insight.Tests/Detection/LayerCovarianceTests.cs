using Fathom.Insight.Detection;
using Fathom.Insight.Detection.Statistics;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Detection;

public sealed class LayerCovarianceTests
{
    [Fact]
    public void OnePassEqualsTwoPassesDespiteALargeMean()
    {
        const int Width = 19, Count = 57;
        var vectors = Vectors(Count, Width, 3, offset: 3e4);
        var sums = new CovarianceSums(Width);
        foreach (var vector in vectors) sums.Add(vector);
        var (mean, covariance, shrinkage, _) = sums.Finish();

        // The mean is taken off first, exactly: all values are multiples of 2^-10.
        var gaussian = FullGaussian.Fit([.. vectors.SelectMany(vector => vector.Select(value => value - 3e4))], Width, new int[Count], CovarianceRule.LedoitWolf);
        Assert.Equal(gaussian.Shrinkage, shrinkage, 1e-12);
        for (var i = 0; i < Width; i++)
        {
            Assert.Equal(vectors.Average(vector => vector[i] - 3e4), mean[i] - 3e4, 1e-9);
            for (var j = 0; j <= i; j++)
            {
                var two = vectors.Average(vector => (vector[i] - 3e4) * (vector[j] - 3e4)) - vectors.Average(vector => vector[i] - 3e4) * vectors.Average(vector => vector[j] - 3e4);
                Assert.Equal(two, covariance[i * (i + 1) / 2 + j], 1e-12 * Math.Max(1, Math.Abs(two)));
            }
        }
    }

    [Fact]
    public void ShardsMergeExactlyInAnyOrder() => Forall.Random(random =>
    {
        var width = 1 + random.NextInt32(20);
        var vectors = Vectors(30, width, random.NextUInt64(), offset: 1000 * random.NextNormal());
        var whole = new CovarianceSums(width);
        foreach (var vector in vectors) whole.Add(vector);
        var shards = Enumerable.Range(0, 4).Select(_ => new CovarianceSums(width)).ToArray();
        foreach (var vector in vectors) shards[random.NextInt32(4)].Add(vector);
        random.Shuffle(shards.AsSpan());
        var merged = new CovarianceSums(width);
        foreach (var shard in shards) merged.MergeWith(shard);
        var (mean, covariance, shrinkage, fourth) = whole.Finish();
        var other = merged.Finish();
        Assert.Equal(mean, other.Mean);
        Assert.Equal(covariance, other.Covariance);
        Assert.Equal(shrinkage, other.Shrinkage);
        Assert.Equal(fourth, other.Fourth);
    });

    [Fact]
    public void FullAndDiagonalAgreeWhenTheCovarianceIsDiagonal()
    {
        // Every coordinate varies alone, so nothing is correlated.
        const int Entries = 6, Width = 5;
        var fit = Enumerable.Range(0, 2 * Width).Select(s => Filled(Entries, Width, (l, j) => s / 2 == j ? (s % 2 == 0 ? 1 : -1) * (l + j + 1) : 0)).ToArray();
        var sample = Filled(Entries, Width, (l, j) => 0.3 * l * j - 1);
        var covariance = LayerCovariance.Fit(fit);
        for (var k = 0; k <= 2; k++)
        {
            var diagonal = new TrajectoryVolatility(LayerGaussian.Fit(fit), TvOptions.Paper(k)).Compute(sample);
            var full = new TrajectoryVolatility(covariance, TvOptions.Paper(k) with { Covariance = LayerCovarianceRule.Ridge, Ridge = 1e-14 }).Compute(sample);
            Assert.Equal(diagonal.Score, full.Score, 1e-9 * diagonal.Score);
        }
    }

    [Theory]
    [InlineData(LayerCovarianceRule.Ridge, CovarianceRule.Ridge)]
    [InlineData(LayerCovarianceRule.LedoitWolf, CovarianceRule.LedoitWolf)]
    public void ALayersDistanceIsThatOfTheFullGaussian(LayerCovarianceRule rule, CovarianceRule same)
    {
        foreach (var count in new[] { 5, 40 })
        {
            var vectors = Vectors(count, 12, 8, offset: 2);
            var queries = Vectors(6, 12, 9, offset: 3);
            var gaussian = FullGaussian.Fit([.. vectors.SelectMany(vector => vector)], 12, new int[count], same, 0.02);
            var tv = new TrajectoryVolatility(
                LayerCovariance.Fit(vectors.Select(vector => new Trajectory(2, 12, [.. vector, .. vector]))), new TvOptions { FirstLayer = 0, Covariance = rule, Ridge = 0.02 });
            foreach (var query in queries)
            {
                var expected = gaussian.Distances(query)[0];
                Assert.All(tv.Compute(new Trajectory(2, 12, [.. query, .. query])).Distances, distance => Assert.Equal(expected, distance, 1e-9 * expected));
            }
        }
    }

    [Fact]
    public void WhatIsDefinedForVariancesAloneIsRefused()
    {
        var covariance = LayerCovariance.Fit([Filled(6, 2, (l, j) => l + j), Filled(6, 2, (l, j) => l - j)]);
        var options = TvOptions.Paper(1) with { Covariance = LayerCovarianceRule.LedoitWolf };
        Assert.Throws<FathomException>(() => new TrajectoryVolatility(covariance, options with { Distance = LayerDistance.NormOfSquaredZ }));
        Assert.Throws<FathomException>(() => new TrajectoryVolatility(covariance, options with { VarianceRule = VarianceRule.Empirical }));
        Assert.Throws<FathomException>(() => new TrajectoryVolatility(covariance, options with { Ridge = 0 }));
        Assert.Throws<FathomException>(() => new TrajectoryVolatility(covariance, TvOptions.Paper(1)));
        Assert.Throws<FathomException>(() => new TrajectoryVolatility(LayerGaussian.Fit([Filled(6, 2, (l, j) => l + j)]), options));
        Assert.Contains("GiB", Assert.Throws<FathomException>(() => new DetectorFitter(DetectorRegistry.Parse("tv0_ledoit_wolf"), TraceFactory.Origin with { Layers = 9999, Width = 20_000 })).Message, StringComparison.Ordinal);
    }

    private static Trajectory Filled(int entries, int width, Func<int, int, double> value) =>
        new(entries, width, [.. Enumerable.Range(0, entries * width).Select(at => value(at / width, at % width))]);

    private static double[][] Vectors(int count, int width, ulong seed, double offset)
    {
        var random = new CounterRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, width).Select(j => offset + Math.Round(1024 * (1 + j % 4) * random.NextNormal()) / 1024).ToArray())];
    }
}
