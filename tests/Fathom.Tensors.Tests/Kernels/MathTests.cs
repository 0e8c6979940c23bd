using Fathom.Tensors.Kernels.Scalar;

namespace Fathom.Tensors.Tests.Kernels;

public class MathTests
{
    [Fact]
    public void ExponentialsAreGoodToThreeTenMillionths()
    {
        for (var x = 0f; x > -86.9f; x -= 0.00097f)
        {
            Assert.Equal(1, ScalarMath.ExpNonPositive(x) / Math.Exp(x), 3e-7);
            Assert.Equal(1, ScalarMath.Exp2NonPositive(x) / Math.Pow(2, x), 3e-7);
        }

        Assert.Equal(1f, ScalarMath.ExpNonPositive(0f));
        Assert.Equal(1f, ScalarMath.Exp2NonPositive(-0f));
        Assert.Equal(0f, ScalarMath.ExpNonPositive(float.NegativeInfinity));
        Assert.Equal(0f, ScalarMath.Exp2NonPositive(float.NegativeInfinity));
        Assert.Equal(0f, ScalarMath.Exp2NonPositive(-1e30f));
        Assert.True(float.IsNaN(ScalarMath.ExpNonPositive(float.NaN)));
        Assert.True(float.IsNaN(ScalarMath.Exp2NonPositive(float.NaN)));
    }

    [Fact]
    public void SiluIsGoodOnBothSides()
    {
        for (var x = -80f; x < 80f; x += 0.0137f)
        {
            var exact = x / (1 + Math.Exp(-x));
            Assert.Equal(exact, ScalarMath.Silu(x), 5e-7 * Math.Abs(exact));
        }

        Assert.Equal(0f, ScalarMath.Silu(0f));
        Assert.Equal(1000f, ScalarMath.Silu(1000f));
    }

    [Fact]
    public void LogarithmIsGoodToTheLastDigits()
    {
        for (var x = 1e-300; x < 1e300; x *= 1.37)
        {
            Assert.Equal(Math.Log(x), ScalarMath.Log(x), 1e-15 * (1 + Math.Abs(Math.Log(x))));
        }

        Assert.Equal(0, ScalarMath.Log(1));
        Assert.Equal(Math.Log(5e-324), ScalarMath.Log(5e-324), 1e-12);
        Assert.Equal(double.NegativeInfinity, ScalarMath.Log(0));
        Assert.Equal(double.PositiveInfinity, ScalarMath.Log(double.PositiveInfinity));
        Assert.True(double.IsNaN(ScalarMath.Log(-1)));
    }
}
