using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>
/// Sums and sums of squares of many variables in double-double: one pass, exact merging, the same mean and variance whatever the
/// order of the samples (see <see cref="DoubleDouble"/>), and no cancellation for a large mean beside a small spread.
/// </summary>
internal sealed class MomentSums(int length)
{
    private readonly DoubleDouble[] _sums = new DoubleDouble[length];
    private readonly DoubleDouble[] _squares = new DoubleDouble[length];

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<double> values)
    {
        for (var i = 0; i < _sums.Length; i++)
        {
            _sums[i] += values[i];
            _squares[i] += DoubleDouble.Square(values[i]);
        }

        Count = checked(Count + 1);
    }

    public void MergeWith(MomentSums other)
    {
        for (var i = 0; i < _sums.Length; i++)
        {
            _sums[i] += other._sums[i];
            _squares[i] += other._squares[i];
        }

        Count = checked(Count + other.Count);
    }

    /// <summary>Mean and population variance (divided by the count) of every variable.</summary>
    public (double[] Mean, double[] Variance) Finish()
    {
        var mean = new double[_sums.Length];
        var variance = new double[_sums.Length];
        for (var i = 0; i < mean.Length; i++)
        {
            mean[i] = (double)(_sums[i] / Count);
            var scaled = _squares[i] * Count - _sums[i] * _sums[i];
            variance[i] = Math.Max(0, (double)(scaled / Count / Count));
        }

        return (mean, variance);
    }
}
