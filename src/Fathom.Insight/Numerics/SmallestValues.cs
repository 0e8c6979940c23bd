namespace Fathom.Insight.Numerics;

/// <summary>The few smallest of many numbers.</summary>
internal sealed class SmallestValues(int most)
{
    private readonly double[] _values = new double[most];
    private int _count;

    /// <summary>The largest of them; infinite as long as there are not enough.</summary>
    public double Largest => _count < most ? double.PositiveInfinity : most == 0 ? double.NegativeInfinity : _values[^1];

    /// <summary>All of them, ascending.</summary>
    public IEnumerable<double> Ascending => _values.Take(_count);

    /// <summary>Sees one number.</summary>
    public void Take(double value)
    {
        if (!(value < Largest)) return;
        var at = _count < most ? _count++ : _count - 1;
        for (; at > 0 && _values[at - 1] > value; at--) _values[at] = _values[at - 1];
        _values[at] = value;
    }
}
