namespace Fathom.Training;

/// <summary>Plain gradient descent with decoupled weight decay: w becomes w (1 - rate decay) - rate gradient.</summary>
/// <param name="groups">What is taught.</param>
public sealed class Sgd(IReadOnlyList<ParameterGroup> groups) : IOptimiser
{
    /// <inheritdoc/>
    public int Steps { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<OptimiserMoment> Moments => [];

    /// <inheritdoc/>
    public void Restore(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        Steps = steps;
    }

    /// <inheritdoc/>
    public void Step(double rate)
    {
        LearningRate.Check(rate);
        Steps++;
        foreach (var group in groups)
        {
            var step = (float)(rate * group.RateFactor);
            var kept = (float)(1 - rate * group.RateFactor * group.WeightDecay);
            foreach (var parameter in group.Parameters) parameter.Device.Rows.Descend(parameter.Values, parameter.Gradient, kept, step);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
