using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>Accumulates a <see cref="MomentsKey"/>; memory is rows × width, whatever the number of samples.</summary>
internal sealed class MomentsAccumulator(MomentsKey key, TraceOrigin origin) : StatisticAccumulator
{
    private readonly int _rows = key.Rows(origin);
    private readonly MomentSums _sums = new(checked(key.Rows(origin) * origin.Width));
    private readonly double[] _values = new double[checked(key.Rows(origin) * origin.Width)];

    public override void Add(Trace trace)
    {
        var first = key.LastOnly ? origin.Entries - 1 : 0;
        var states = TraceChecks.States(trace, key.Pooling, origin, first).Values.AsSpan(first * origin.Width);
        if (key.Order == 0)
        {
            for (var i = 0; i < _values.Length; i++)
            {
                _values[i] = states[i];
            }
        }
        else
        {
            var coefficients = Differences.Coefficients(key.Order);
            Array.Clear(_values);
            for (var i = 0; i <= key.Order; i++)
            {
                for (var j = 0; j < _values.Length; j++)
                {
                    _values[j] += coefficients[i] * (double)states[i * origin.Width + j];
                }
            }
        }

        _sums.Add(_values);
    }

    public override void MergeWith(StatisticAccumulator other) => _sums.MergeWith(((MomentsAccumulator)other)._sums);

    public override Statistic ToStatistic(StatisticKey _)
    {
        var (mean, variance) = _sums.Finish();
        return new Moments(new LayerGaussian(_sums.Count, _rows, origin.Width, mean, variance));
    }

    public override void Write(string name, TensorBag tensors) => _sums.Write(name, tensors);

    public override void Read(string name, TensorBag tensors) => _sums.Read(name, tensors);
}
