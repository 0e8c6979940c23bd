using System.Text;

namespace Fathom.Cli.Recipes;

/// <summary>A curve in one line of a terminal: the whole run so far in a few columns, each the mean of its share of the steps.</summary>
internal sealed class LossCurve
{
    private const int Columns = 16;
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private readonly List<double> _means = [];
    private int _perColumn = 1;
    private double _sum;
    private int _count;

    /// <summary>Adds a value; when the columns are full, neighbours are joined.</summary>
    public void Add(double value)
    {
        if (!double.IsFinite(value)) return;
        _sum += value;
        if (++_count < _perColumn) return;
        _means.Add(_sum / _count);
        (_sum, _count) = (0, 0);
        if (_means.Count < 2 * Columns) return;
        for (var i = 0; i < Columns; i++) _means[i] = (_means[2 * i] + _means[2 * i + 1]) / 2;
        _means.RemoveRange(Columns, _means.Count - Columns);
        _perColumn *= 2;
    }

    /// <summary>The curve; empty before the first value.</summary>
    public string Draw()
    {
        if (_means.Count == 0) return "";
        var (low, high) = (_means.Min(), _means.Max());
        var text = new StringBuilder(_means.Count);
        foreach (var mean in _means) text.Append(Blocks[high > low ? (int)Math.Round((mean - low) / (high - low) * (Blocks.Length - 1)) : 0]);
        return text.ToString();
    }
}
