using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;

namespace Fathom.Insight.Diagnosis;

/// <summary>
/// The curve of early stabilisation: mean and spread over a data set of the step length D_l = ||y_l - y_(l-1)||. The published claim
/// is that in-distribution samples settle early, so that <see cref="LateShare"/> is lower for them. Keeps one number per layer.
/// </summary>
public sealed class EarlyStabilisation
{
    private readonly LayerCurveAccumulator _steps = new();

    /// <summary>Number of samples.</summary>
    public int Count { get; private set; }

    /// <summary>The curve so far, from entry 1 on; <see langword="null"/> before the first sample.</summary>
    public LayerCurve? Curve => _steps.Finish();

    /// <summary>S_late: mean of the last quarter of the curve over its maximum. NaN before the first sample.</summary>
    public double LateShare => Curve?.LateShare() ?? double.NaN;

    /// <summary>The same without the last entry, whose scale the final norm changes.</summary>
    public double LateShareWithoutLast => Curve?.LateShare(withoutLast: true) ?? double.NaN;

    /// <summary>Joint volatility: the mean step length over layers and samples. NaN before the first sample.</summary>
    public double JointVolatility => Curve is { } curve ? curve.Mean.Average() : double.NaN;

    /// <summary>Sees one sample.</summary>
    /// <exception cref="FathomException">It has another number of layers than those before.</exception>
    public void Add(Trajectory trajectory)
    {
        ArgumentNullException.ThrowIfNull(trajectory);
        if (Curve is { } curve && curve.Mean.Count != trajectory.Entries - 1) throw new FathomException($"a trajectory of {trajectory.Entries} entries among others of {curve.Mean.Count + 1}: is it of another model?");
        _steps.Add(1, trajectory.StepLengths());
        Count++;
    }
}
