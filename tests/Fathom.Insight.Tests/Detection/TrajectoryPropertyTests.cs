using Fathom.Insight.Detection;
using Fathom.Insight.Detection.Statistics;
using Fathom.Tensors;

namespace Fathom.Insight.Tests.Detection;

/// <summary>Properties 19 to 24 of the specification that concern trajectories and cosines.</summary>
public sealed class TrajectoryPropertyTests
{
    private static readonly Func<int, TvOptions>[] Profiles =
    [
        TvOptions.Paper,
        k => TvOptions.Reference(k) with { Decimals = null },
        k => TvOptions.Paper(k) with { VarianceRule = VarianceRule.IndependentC2, Distance = LayerDistance.Mahalanobis },
        k => TvOptions.Paper(k) with { VarianceRule = VarianceRule.Empirical },
    ];

    [Fact]
    public void AFixedVectorAddedToALayerChangesNothing() => Forall.Random(random =>
    {
        var (fit, test) = Data(random);
        var layer = random.NextInt32(test.Entries);
        var shift = Enumerable.Range(0, test.Width).Select(_ => random.NextNormal()).ToArray();
        Trajectory Moved(Trajectory y) => Map(y, (l, j, value) => l == layer ? value + shift[j] : value);
        ForAllOrders((options, k) => Near(Score(fit, test, options), Score([.. fit.Select(Moved)], Moved(test), options), 1e-6));
    }, 20);

    [Fact]
    public void ACoordinateScaledInAllLayersChangesNothing() => Forall.Random(random =>
    {
        var (fit, test) = Data(random);
        var coordinate = random.NextInt32(test.Width);
        var scale = Math.ScaleB(1, random.NextInt32(7) - 3) * (0.5 + random.NextDouble());
        Trajectory Scaled(Trajectory y) => Map(y, (_, j, value) => j == coordinate ? value * scale : value);
        ForAllOrders((options, k) => Near(Score(fit, test, options), Score([.. fit.Select(Scaled)], Scaled(test), options), 1e-6));
    }, 20);

    [Fact]
    public void ACoordinateScaledInOneLayerLeavesOrder0() => Forall.Random(random =>
    {
        var (fit, test) = Data(random);
        var (layer, coordinate) = (random.NextInt32(test.Entries), random.NextInt32(test.Width));
        Trajectory Scaled(Trajectory y) => Map(y, (l, j, value) => l == layer && j == coordinate ? value * 3.5 : value);
        foreach (var profile in Profiles)
        {
            Near(Score(fit, test, profile(0)), Score([.. fit.Select(Scaled)], Scaled(test), profile(0)), 1e-6);
        }
    });

    [Fact]
    public void ScoresAreNotNegativeAndTheMeanTrajectoryScoresZero() => Forall.Random(random =>
    {
        var (fit, test) = Data(random);
        var gaussian = LayerGaussian.Fit(fit);
        var mean = new Trajectory(test.Entries, test.Width, [.. Enumerable.Range(0, test.Entries).SelectMany(l => gaussian.Mean(l).ToArray())]);
        ForAllOrders((options, k) =>
        {
            Assert.True(Score(fit, test, options) >= 0);
            Assert.Equal(0, Score(fit, mean, options));
        });
    }, 20);

    [Fact]
    public void DifferencesOfAPolynomialVanish() => Forall.Random(random =>
    {
        for (var k = 1; k <= 5; k++)
        {
            // Degree k - 1 in the layer, integer coefficients, so that nothing is rounded.
            var coefficients = Enumerable.Range(0, k).Select(_ => random.NextInt32(9) - 4).ToArray();
            var y = new Trajectory(12, 1, [.. Enumerable.Range(0, 12).Select(l => coefficients.Select((c, i) => c * Math.Pow(l, i)).Sum())]);
            var differences = LayerGaussian.FitDifferences([y], k);
            Assert.Equal(12 - k, differences.Entries);
            Assert.All(Enumerable.Range(0, differences.Entries), l => Assert.Equal(0, differences.Mean(l)[0]));
        }
    });

    [Fact]
    public void EmpiricalVariancesAreThoseOfTheDifferences() => Forall.Random(random =>
    {
        var (fit, _) = Data(random);
        var k = 1 + random.NextInt32(4);
        var differences = LayerGaussian.FitDifferences(fit, k);
        var coefficients = Differences.Coefficients(k);
        var values = fit.Select(y => Enumerable.Range(0, k + 1).Sum(i => coefficients[i] * y[2 + i][1])).ToArray();
        var mean = values.Average();
        Near(mean, differences.Mean(2)[1], 1e-12);
        Near(values.Sum(value => (value - mean) * (value - mean)) / values.Length, differences.Variance(2)[1], 1e-12);
    });

    [Fact]
    public void MomentsWithALargeMeanKeepTheirPrecision()
    {
        // Mean 1e8, deviations of 1/1024: a sum of squares in double would lose everything.
        double[] values = [.. Enumerable.Range(0, 1000).Select(i => 1e8 + (i % 5 - 2) / 1024.0)];
        var sums = new MomentSums(1);
        foreach (var value in values)
        {
            sums.Add([value]);
        }

        var (mean, variance) = sums.Finish();
        Assert.Equal(1e8, mean[0]);
        Assert.Equal(2 / 1048576.0, variance[0], 1e-20);
    }

    [Fact]
    public void CosinesLieBetweenMinusOneAndOneAndFindThemselves() => Forall.Random(random =>
    {
        var width = 1 + random.NextInt32(40);
        var items = Enumerable.Range(0, 12).Select(i => ((long)i, Vector(random, width))).ToArray();
        var bank = Bank.Of(width, items);
        var query = Vector(random, width);
        var cosines = bank.Cosines(query);
        Assert.All(cosines, cosine => Assert.InRange(cosine, -1, 1));
        Near(1, bank.Cosines(items[5].Item2).Max(), 1e-12);
        var scaled = bank.Cosines([.. query.Select(value => value * 4)]);
        for (var i = 0; i < cosines.Length; i++)
        {
            Near(cosines[i], scaled[i], 1e-12);
        }

        // The ranking is that of the Euclidean distance between unit vectors.
        double Distance(int i) => Math.Sqrt(Unit(query).Zip(Unit(items[i].Item2), (a, b) => (a - b) * (a - b)).Sum());
        var byCosine = Enumerable.Range(0, 12).OrderByDescending(i => cosines[i]).ToArray();
        for (var i = 1; i < byCosine.Length; i++)
        {
            Assert.True(Distance(byCosine[i - 1]) <= Distance(byCosine[i]) + 1e-9);
        }
    });

    [Fact]
    public void AVectorOfLengthZeroHasCosineZero()
    {
        var bank = Bank.Of(2, [(0, [0f, 0f]), (1, [1f, 0f])]);
        Assert.Equal([0, 1], bank.Cosines([2f, 0f]));
        Assert.Equal([0, 0], bank.Cosines([0f, 0f]));
    }

    private static void ForAllOrders(Action<TvOptions, int> check)
    {
        foreach (var profile in Profiles)
        {
            for (var k = 0; k <= 5; k++)
            {
                check(profile(k), k);
            }
        }
    }

    private static double Score(Trajectory[] fit, Trajectory test, TvOptions options) =>
        new TrajectoryVolatility(LayerGaussian.Fit(fit), options, LayerGaussian.FitDifferences(fit, options.Order)).Compute(test).Score;

    private static (Trajectory[] Fit, Trajectory Test) Data(CounterRandom random)
    {
        int entries = 9 + random.NextInt32(5), width = 1 + random.NextInt32(4) + 1;
        Trajectory One() => new(entries, width, [.. Enumerable.Range(0, entries * width).Select(_ => random.NextNormal())]);
        return ([.. Enumerable.Range(0, 12).Select(_ => One())], One());
    }

    private static Trajectory Map(Trajectory y, Func<int, int, double, double> change) =>
        new(y.Entries, y.Width, [.. y.Values.Select((value, i) => change(i / y.Width, i % y.Width, value))]);

    private static float[] Vector(CounterRandom random, int width) => [.. Enumerable.Range(0, width).Select(_ => (float)random.NextNormal())];

    private static double[] Unit(float[] vector)
    {
        var length = Math.Sqrt(vector.Sum(value => (double)value * value));
        return [.. vector.Select(value => value / length)];
    }

    private static void Near(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{expected:R} against {actual:R}");
}
