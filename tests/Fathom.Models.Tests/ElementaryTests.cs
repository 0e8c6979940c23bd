using Fathom.Models.Positions;

namespace Fathom.Models.Tests;

public sealed class ElementaryTests
{
    [Fact]
    public void Functions_agree_with_the_runtime_to_some_units_in_the_last_place()
    {
        for (var i = -4000; i < 4000; i++)
        {
            var x = i * 0.173;
            Assert.Equal(1, Elementary.Exp(x) / Math.Exp(x), 4e-16 * Math.Max(4, Math.Abs(x) / 50));
            var angle = i * i * 0.0073;
            var (sin, cos) = Elementary.SinCos(angle);
            Assert.Equal(Math.Sin(angle), sin, 1e-15);
            Assert.Equal(Math.Cos(angle), cos, 1e-15);
        }

        Assert.Equal(Math.Pow(10000, 0.375), Elementary.Pow(10000, 0.375), 1e-11);
        Assert.Equal(0, Elementary.Exp(-800));
        Assert.Equal(double.PositiveInfinity, Elementary.Exp(800));
        Assert.True(double.IsNaN(Elementary.Exp(double.NaN)));
        Assert.Equal((0, 1), Elementary.SinCos(0));
    }
}
