using Fathom.Reports.Charts;

namespace Fathom.Reports.Tests;

public sealed class CurveThinningTests
{
    [Fact]
    public void A_long_curve_becomes_short_and_stays_where_it_was()
    {
        double[] x = [.. Enumerable.Range(0, 100_001).Select(i => i / 100_000.0)];
        double[] y = [.. x.Select(Math.Sqrt)];
        var thin = CurveThinning.Thin(x, y, 0.004);
        Assert.InRange(thin.Count, 50, 1000);
        Assert.Equal((0.0, 0.0), thin[0]);
        Assert.Equal((1.0, 1.0), thin[^1]);
        Assert.All(thin.Zip(thin.Skip(1)), pair => Assert.True(Math.Max(pair.Second.X - pair.First.X, pair.Second.Y - pair.First.Y) < 0.01));
    }

    [Fact]
    public void Corners_of_a_step_are_kept_and_points_on_its_sides_dropped() =>
        Assert.Equal([(0, 0), (0, 1), (1, 1)], CurveThinning.Thin([0, 0, 0, 0.5, 1], [0, 0.5, 1, 1, 1], 0.004));

    [Fact]
    public void What_is_not_a_point_is_dropped() =>
        Assert.Equal([(0, 0), (1, 1)], CurveThinning.Thin([0, double.NaN, 0.5, 1, 2], [0, 0.2, double.PositiveInfinity, 1], 0.004));
}
