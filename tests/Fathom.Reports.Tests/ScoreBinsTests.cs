using Fathom.Reports.Charts;
using FsCheck;
using FsCheck.Fluent;

namespace Fathom.Reports.Tests;

public sealed class ScoreBinsTests
{
    [Fact]
    public void Shares_add_up_to_one_whatever_the_scores_are() =>
        Check.One(Config.QuickThrowOnFailure.WithReplay(20261122UL, 7UL).WithMaxTest(1500), Prop.ForAll<double[], double>((scores, threshold) =>
        {
            var set = new ScoreSet("s", scores);
            var shares = ScoreBins.For([set], 12, threshold).Shares(set);
            var expected = scores.Any(double.IsFinite) ? 1.0 : 0.0;
            return shares.Length == 12 && Math.Abs(shares.Sum() - expected) < 1e-9 && shares.All(share => share >= 0);
        }));

    [Fact]
    public void Counts_land_in_their_bins()
    {
        var set = new ScoreSet("s", [0, 0.5, 1.5, 2.5, 3.99, 4]);
        Assert.Equal([2 / 6.0, 1 / 6.0, 1 / 6.0, 2 / 6.0], ScoreBins.For([set], 4).Shares(set));
    }

    [Fact]
    public void A_far_outlier_does_not_squeeze_the_rest_and_is_told()
    {
        double[] scores = [.. Enumerable.Range(0, 100).Select(i => i - 50.0), 1e6, double.NaN];
        var set = new ScoreSet("s", scores);
        var bins = ScoreBins.For([set], 10);
        Assert.InRange(bins.High, 40, 200);
        Assert.Equal((0, 1, 1), bins.Outside([set]));
        Assert.True(bins.Shares(set)[^1] > 0);
    }

    [Fact]
    public void Long_tailed_positive_scores_get_equal_ratios()
    {
        var set = new ScoreSet("s", [.. Enumerable.Range(0, 200).Select(i => Math.Exp(i / 30.0))]);
        var bins = ScoreBins.For([set], 10);
        Assert.True(bins.IsLogarithmic);
        Assert.All(bins.Shares(set), share => Assert.InRange(share, 0.08, 0.12));
    }

    [Fact]
    public void A_threshold_lies_inside_the_range() =>
        Assert.Equal(9, ScoreBins.For([new ScoreSet("s", [1, 2, 3])], 5, include: 9).High);
}
