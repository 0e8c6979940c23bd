using Fathom.Tensors.Autograd;
using Fathom.Tensors.Kernels.Gradients;

namespace Fathom.Training;

/// <summary>AdamW (Loshchilov and Hutter 2019): Adam with decoupled weight decay.</summary>
public sealed class AdamW : IOptimiser
{
    private readonly List<(ParameterGroup Group, Variable Weight, Variable First, Variable Second)> _state = [];

    /// <summary>Makes an optimiser with zero moments.</summary>
    /// <param name="device">Where the moments live.</param>
    /// <param name="groups">What is taught; each parameter in one group.</param>
    /// <param name="beta1">Decay of the first moment, in [0, 1).</param>
    /// <param name="beta2">Decay of the second moment, in [0, 1).</param>
    /// <param name="epsilon">Added to the root of the second moment; positive.</param>
    public AdamW(AutogradDevice device, IReadOnlyList<ParameterGroup> groups, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        if (!(beta1 is >= 0 and < 1) || !(beta2 is >= 0 and < 1)) throw new FathomException($"AdamW's betas must be in [0, 1), not {beta1} and {beta2}");
        if (!(epsilon > 0)) throw new FathomException($"AdamW's epsilon must be positive, not {epsilon}");
        (Beta1, Beta2, Epsilon) = (beta1, beta2, epsilon);
        foreach (var group in groups)
        {
            foreach (var parameter in group.Parameters)
                _state.Add((group, parameter, device.NewVariable(false, parameter.Length), device.NewVariable(false, parameter.Length)));
        }
    }

    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; }

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; }

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; }

    /// <inheritdoc/>
    public int Steps { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<OptimiserMoment> Moments =>
        [.. _state.SelectMany(state => new[] { new OptimiserMoment(state.Weight, "exp_avg", state.First), new OptimiserMoment(state.Weight, "exp_avg_sq", state.Second) })];

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
        foreach (var (group, weight, first, second) in _state)
        {
            var factors = AdamWFactors.Of(Steps, rate * group.RateFactor, Beta1, Beta2, Epsilon, group.WeightDecay);
            weight.Device.Rows.AdamW(weight.Values, weight.Gradient, first.Values, second.Values, factors);
        }
    }

    /// <summary>Gives the moments' memory back.</summary>
    public void Dispose()
    {
        foreach (var (_, _, first, second) in _state)
        {
            first.Dispose();
            second.Dispose();
        }

        _state.Clear();
    }
}
