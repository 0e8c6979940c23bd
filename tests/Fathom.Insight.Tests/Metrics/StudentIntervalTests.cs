using Fathom.Insight.Metrics;

namespace Fathom.Insight.Tests.Metrics;

public sealed class StudentIntervalTests
{
    // Where scipy.special.betainc(v / 2, 1 / 2, v / (v + t²)) is 1 - level to 1e-13; that version of scipy has its own t.ppf 2e-9 beside it.
    [Theory]
    [InlineData(1, 0.95, 12.706204736432095)]
    [InlineData(4, 0.95, 2.7764451051977987)]
    [InlineData(9, 0.99, 3.2498355415921248)]
    [InlineData(30, 0.90, 1.6972608865939578)]
    public void CriticalValuesAreTheTables(int degrees, double level, double expected) =>
        Assert.Equal(expected, StudentInterval.CriticalValue(degrees, level), 1e-9);

    [Fact]
    public void AnIntervalLiesAroundTheMean()
    {
        var (mean, deviation, interval) = StudentInterval.Of([1, 2, 3, 4, 5]);
        Assert.Equal((3.0, Math.Sqrt(2.5)), (mean, deviation));
        Assert.Equal(3 - 2.7764451051977987 * Math.Sqrt(0.5), interval.Low, 1e-9);
        Assert.Equal(3 + 2.7764451051977987 * Math.Sqrt(0.5), interval.High, 1e-9);
        Assert.True(double.IsNaN(StudentInterval.Of([7]).Deviation));
    }
}
