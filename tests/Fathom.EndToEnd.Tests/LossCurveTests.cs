using Fathom.Cli.Recipes;

namespace Fathom.EndToEnd.Tests;

public sealed class LossCurveTests
{
    [Fact]
    public void TheWholeRunStaysInAFewColumns()
    {
        var curve = new LossCurve();
        Assert.Equal("", curve.Draw());
        for (var step = 0; step < 1000; step++)
        {
            curve.Add(1000 - step);
            Assert.InRange(curve.Draw().Length, 1, 32);
        }

        var drawn = curve.Draw();
        Assert.Equal('█', drawn[0]);
        Assert.Equal('▁', drawn[^1]);
        Assert.Equal(drawn, string.Concat(drawn.OrderDescending()));
        curve.Add(double.NaN);
        Assert.Equal(drawn, curve.Draw());
    }
}
