using Fathom.Reports.Charts;
using FsCheck;
using FsCheck.Fluent;

namespace Fathom.Reports.Tests;

public sealed class AxisTests
{
    [Fact]
    public void Every_value_lands_between_the_ends_and_order_is_kept() =>
        Check.One(Config.QuickThrowOnFailure.WithReplay(20261122UL, 7UL).WithMaxTest(2000), Prop.ForAll<double[], double, double>((values, a, b) =>
        {
            foreach (var scale in Enum.GetValues<AxisScale>())
            {
                var axis = Axis.For(values, scale);
                var (first, second) = (axis.Map(Math.Min(a, b), 10, 90), axis.Map(Math.Max(a, b), 10, 90));
                if (!(first is >= 10 and <= 90) || !(second is >= 10 and <= 90) || (!double.IsNaN(a + b) && first > second))
                    return false;
            }

            return true;
        }));

    [Fact]
    public void Automatic_scale_turns_logarithmic_only_for_positive_values_of_wide_range()
    {
        Assert.True(Axis.For([1, 500], AxisScale.Automatic).IsLogarithmic);
        Assert.False(Axis.For([1, 50], AxisScale.Automatic).IsLogarithmic);
        Assert.False(Axis.For([-1, 500], AxisScale.Automatic).IsLogarithmic);
        Assert.False(Axis.For([double.NaN, double.PositiveInfinity], AxisScale.Automatic).IsLogarithmic);
    }

    [Fact]
    public void A_logarithmic_axis_gives_equal_ratios_equal_steps()
    {
        var axis = Axis.Logarithmic(1, 100);
        Assert.Equal(50, axis.Map(10, 0, 100), 9);
        Assert.Equal(0, axis.Map(-3, 0, 100));
        Assert.Equal(100, axis.Map(double.PositiveInfinity, 0, 100));
    }
}
