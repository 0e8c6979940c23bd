using System.Globalization;
using Fathom.Reports.Charts;
using FsCheck;
using FsCheck.Fluent;

namespace Fathom.Reports.Tests;

public sealed class TicksTests
{
    [Theory]
    [InlineData(0, 1, 5, "0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0, 30, 5, "0 10 20 30")]
    [InlineData(-1, 1, 4, "−1.0 −0.5 0 0.5 1.0")]
    [InlineData(0, 25000, 5, "0 5k 10k 15k 20k 25k")]
    [InlineData(3, 3, 4, "2 3 4")]
    [InlineData(0, 4e-6, 4, "0 1e-6 2e-6 3e-6 4e-6")]
    [InlineData(double.NaN, 7, 3, "0 0.5 1.0")]
    public void Known_ranges(double low, double high, int target, string labels) =>
        Assert.Equal(labels, string.Join(' ', Ticks.Linear(low, high, target).Select(tick => tick.Label)));

    [Fact]
    public void Any_range_has_round_distinct_ascending_ticks_inside_it() =>
        Check.One(Config.QuickThrowOnFailure.WithReplay(20261122UL, 7UL).WithMaxTest(3000), Prop.ForAll<double, double, int>((a, b, n) =>
        {
            var target = 3 + (Math.Abs(n % 10));
            var (low, high) = Ticks.Range(a, b);
            var ticks = Ticks.Linear(a, b, target);
            var gaps = ticks.Zip(ticks.Skip(1), (x, y) => y.Value - x.Value).ToArray();
            var step = gaps.Length > 0 ? gaps[0] : 0;
            var slack = Math.Max(Math.Abs(low), Math.Abs(high)) * 1e-12;
            return low < high
                && ticks.Count >= 1 && ticks.Count <= target + 1
                && ticks.All(tick => tick.Value >= low && tick.Value <= high && tick.Label.Length is > 0 and < 24)
                && Array.TrueForAll(gaps, gap => gap > 0 && Math.Abs(gap - step) <= slack)
                && ticks.Select(tick => tick.Label).Distinct().Count() == ticks.Count
                && (step <= 0 || IsRound(step));
        }));

    [Fact]
    public void Labels_say_the_value_that_the_tick_stands_at() =>
        Check.One(Config.QuickThrowOnFailure.WithReplay(20261122UL, 7UL).WithMaxTest(1000), Prop.ForAll<NormalFloat, NormalFloat>((a, b) =>
        {
            var (low, high) = Ticks.Range(a.Get, b.Get);
            return Ticks.Linear(low, high, 5).All(tick => Math.Abs(Read(tick.Label) - tick.Value) <= (high - low) * 1e-6);
        }));

    [Theory]
    [InlineData(1, 1000, 5, "1 10 100 1000")]
    [InlineData(1.5, 40, 5, "2 5 10 20")]
    [InlineData(1e-8, 1e8, 4, "1e-8 1e-4 1 10k 100M")]
    public void Logarithmic_ranges(double low, double high, int target, string labels) =>
        Assert.Equal(labels, string.Join(' ', Ticks.Logarithmic(low, high, target).Select(tick => tick.Label)));

    private static bool IsRound(double step)
    {
        var mantissa = step / Math.Pow(10, Math.Floor(Math.Log10(step) + 1e-6));
        return new[] { 1.0, 2.0, 5.0 }.Any(round => Math.Abs(mantissa - round) < 1e-2);
    }

    private static double Read(string label)
    {
        var factor = label[^1] switch { 'k' => 1e3, 'M' => 1e6, 'G' => 1e9, 'T' => 1e12, _ => 1 };
        return factor * double.Parse(label.TrimEnd('k', 'M', 'G', 'T').Replace('−', '-'), CultureInfo.InvariantCulture);
    }
}
