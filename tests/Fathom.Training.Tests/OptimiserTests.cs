using Fathom.Tensors.Autograd;

namespace Fathom.Training.Tests;

public class OptimiserTests
{
    [Fact]
    public void SgdWithDecayStepsAndClears()
    {
        using var device = new AutogradDevice(1);
        using var w = device.NewVariable(true, 2);
        using var optimiser = new Sgd([new ParameterGroup([w], WeightDecay: 0.5)]);
        w.Values.Fill(2);
        w.Gradient[1] = 3;
        optimiser.Step(0.1);
        Assert.Equal(1.9f, w.Values[0], 1e-6f);
        Assert.Equal(1.6f, w.Values[1], 1e-6f);
        Assert.Equal(0, w.Gradient[1]);
        Assert.Throws<FathomException>(() => optimiser.Step(double.NaN));
        Assert.Throws<FathomException>(() => new AdamW(device, [], beta1: 1));
    }

    [Fact]
    public void ClippingScalesAllGradientsTogether()
    {
        using var device = new AutogradDevice(1);
        using var a = device.NewVariable(true, 1);
        using var b = device.NewVariable(true, 2, 1);
        (a.Gradient[0], b.Gradient[0]) = (3, -4);
        Assert.Equal(5, GradientClipping.Clip([a, b], 10));
        Assert.Equal(3, a.Gradient[0]);
        Assert.Equal(5, GradientClipping.Clip([a, b], 1));
        Assert.Equal(0.6f, a.Gradient[0], 1e-6f);
        Assert.Equal(-0.8f, b.Gradient[0], 1e-6f);
        a.Gradient[0] = float.NaN;
        Assert.Throws<FathomException>(() => GradientClipping.Clip([a, b], 1));
        var groups = ParameterGroup.DecayOnMatrices([a, b], 0.1);
        Assert.Equal([b], groups[0].Parameters);
        Assert.Equal((0.1, 0), (groups[0].WeightDecay, groups[1].WeightDecay));
    }

    [Theory]
    [InlineData(ScheduleKind.Constant, 1, 1, 1)]
    [InlineData(ScheduleKind.Linear, 1, 0.55, 0.1)]
    [InlineData(ScheduleKind.Cosine, 1, 0.55, 0.1)]
    public void SchedulesWarmUpAndFall(ScheduleKind kind, double top, double middle, double end)
    {
        var schedule = new Schedule(kind, 2, 120, WarmUp: 20, Floor: 0.1);
        Assert.Equal(0, schedule.Rate(0));
        Assert.Equal(1, schedule.Rate(10), 12);
        Assert.Equal(2 * top, schedule.Rate(20), 12);
        Assert.Equal(2 * middle, schedule.Rate(70), 12);
        Assert.Equal(2 * end, schedule.Rate(120), 12);
        Assert.Equal(2 * end, schedule.Rate(500), 12);
        Assert.Throws<FathomException>(() => (schedule with { Peak = double.NaN }).Rate(0));
        Assert.Throws<FathomException>(() => (schedule with { WarmUp = 120 }).Rate(0));
    }
}
