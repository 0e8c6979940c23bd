using Fathom.Insight.Numerics;

namespace Fathom.Insight.Detection.Statistics;

/// <summary>
/// True sums and sums of squares of many variables (<see cref="ExactSums"/>): one pass, exact merging, the same mean and variance
/// whatever the order of the samples, and no cancellation for a large mean beside a small spread.
/// </summary>
internal sealed class MomentSums(int length)
{
    private readonly ExactSums _sums = new(length);
    private readonly ExactSums _squares = new(length);
    private readonly double[] _products = new double[length];
    private readonly double[] _rests = new double[length];

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<double> values)
    {
        var exact = true;
        for (var i = 0; i < _products.Length; i++)
        {
            _products[i] = values[i] * values[i];
            _rests[i] = Math.FusedMultiplyAdd(values[i], values[i], -_products[i]);
            exact &= _rests[i] == 0;
        }

        _sums.Add(values);
        _squares.Add(_products);
        if (!exact) _squares.Add(_rests);
        Count = checked(Count + 1);
    }

    public void MergeWith(MomentSums other)
    {
        _sums.Add(other._sums);
        _squares.Add(other._squares);
        Count = checked(Count + other.Count);
    }

    /// <summary>Mean and population variance (divided by the count) of every variable.</summary>
    public (double[] Mean, double[] Variance) Finish()
    {
        var mean = new double[_sums.Length];
        var variance = new double[_sums.Length];
        for (var i = 0; i < mean.Length; i++)
        {
            var (sum, square) = (_sums[i], _squares[i]);
            mean[i] = (double)(sum / Count);
            var scaled = square * Count - sum * sum;
            variance[i] = Math.Max(0, (double)(scaled / Count / Count));
        }

        return (mean, variance);
    }

    public void Write(string name, TensorBag tensors)
    {
        tensors.Add(name + ".sums", _sums);
        tensors.Add(name + ".squares", _squares);
        tensors.Add(name + ".count", new[] { (long)Count }, 1);
    }

    public void Read(string name, TensorBag tensors)
    {
        tensors.Read(name + ".sums", _sums);
        tensors.Read(name + ".squares", _squares);
        Count = tensors.ReadCount(name + ".count");
    }
}
