using Fathom.Insight.Detection.Statistics;

namespace Fathom.Insight.Evaluation;

/// <summary>Makes a <see cref="LayerCurve"/> from samples in one pass.</summary>
internal sealed class LayerCurveAccumulator
{
    private MomentSums? _sums;
    private int _firstLayer;

    public void Add(int firstLayer, double[] values)
    {
        _sums ??= new MomentSums(values.Length);
        _firstLayer = firstLayer;
        _sums.Add(values);
    }

    public LayerCurve? Finish()
    {
        if (_sums is null) return null;
        var (mean, variance) = _sums.Finish();
        return new LayerCurve(_firstLayer, _sums.Count, mean, [.. variance.Select(Math.Sqrt)]);
    }
}
