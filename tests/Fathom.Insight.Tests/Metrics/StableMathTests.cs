using Fathom.Insight.Numerics;

namespace Fathom.Insight.Tests.Metrics;

public sealed class StableMathTests
{
    [Fact]
    public void ExpAndLogAreNearTheLibrarys() => Forall.Random(random =>
    {
        for (var i = 0; i < 100; i++)
        {
            var x = 1400 * (random.NextDouble() - 0.5);
            Assert.True(Math.Abs(StableMath.Exp(x) / Math.Exp(x) - 1) < 4e-16, $"exp {x:R}");
            var y = Math.Exp(x);
            Assert.True(Math.Abs(StableMath.Log(y) - Math.Log(y)) <= 4e-16 * Math.Max(1, Math.Abs(Math.Log(y))), $"log {y:R}");
        }
    });

    [Fact]
    public void EdgesOfExpAndLog()
    {
        Assert.Equal(1, StableMath.Exp(0));
        Assert.Equal(0, StableMath.Exp(double.NegativeInfinity));
        Assert.Equal(double.PositiveInfinity, StableMath.Exp(710));
        Assert.Equal(0, StableMath.Log(1));
        Assert.Equal(double.NegativeInfinity, StableMath.Log(0));
        Assert.True(double.IsNaN(StableMath.Log(-1)) && double.IsNaN(StableMath.Exp(double.NaN)));
        Assert.Equal(1000.126928011043, StableMath.LogSumExp([1000, 998]), 1e-9);
        Assert.Equal(double.NegativeInfinity, StableMath.LogSumExp([]));
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.84134474606854293)]
    [InlineData(1.959963984540054, 0.975)]
    [InlineData(-3.5, 0.00023262907903552502)]
    [InlineData(-8, 6.2209605742717405e-16)]
    public void NormalDistribution(double z, double probability)
    {
        Assert.True(Math.Abs(StableMath.NormalCdf(z) / probability - 1) < 1e-13);
        Assert.Equal(z, StableMath.NormalQuantile(probability), 1e-12);
    }
}
