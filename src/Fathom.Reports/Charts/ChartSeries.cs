namespace Fathom.Reports.Charts;

/// <summary>A line with an optional band around it, and the class that colours it.</summary>
/// <param name="Name">Name for legend and description.</param>
/// <param name="X">Places along the horizontal axis, ascending.</param>
/// <param name="Y">Values, same length; gaps where not finite.</param>
/// <param name="Deviation">Half height of the band at each place; empty for no band.</param>
/// <param name="Class">CSS class: <c>id</c>, <c>ood</c>, <c>s1</c> to <c>s4</c>, or <c>ood thin</c>.</param>
public sealed record ChartSeries(
    string Name,
    IReadOnlyList<double> X,
    IReadOnlyList<double> Y,
    IReadOnlyList<double> Deviation,
    string Class)
{
    /// <summary>The line as path data; a gap wherever a value is missing.</summary>
    public string LinePath(PlotArea area, Axis x, Axis y)
    {
        ArgumentNullException.ThrowIfNull(area);
        var path = new SvgPath();
        for (var i = 0; i < Math.Min(X.Count, Y.Count); i++)
        {
            if (double.IsFinite(X[i]) && double.IsFinite(Y[i]))
                path.To(area.X(x, X[i]), area.Y(y, Y[i]));
            else
                path.Lift();
        }

        return path.ToString();
    }

    /// <summary>The band as path data, one closed piece for each stretch without a gap.</summary>
    public string BandPath(PlotArea area, Axis x, Axis y)
    {
        ArgumentNullException.ThrowIfNull(area);
        var path = new SvgPath();
        var stretch = new List<int>();
        for (var i = 0; i <= Math.Min(X.Count, Y.Count); i++)
        {
            if (HasBand(i))
            {
                stretch.Add(i);
                continue;
            }

            if (stretch.Count > 1)
            {
                foreach (var j in stretch)
                    path.To(area.X(x, X[j]), area.Y(y, Y[j] + Deviation[j]));
                foreach (var j in Enumerable.Reverse(stretch))
                    path.To(area.X(x, X[j]), area.Y(y, Y[j] - Deviation[j]));
                path.Close();
            }

            stretch.Clear();
        }

        return path.ToString();
    }

    /// <summary>Points that have no neighbour to be joined to: drawn as dots, or they would not be seen.</summary>
    public IEnumerable<int> LonelyPoints()
    {
        for (var i = 0; i < Math.Min(X.Count, Y.Count); i++)
        {
            if (HasPoint(i) && !HasPoint(i - 1) && !HasPoint(i + 1))
                yield return i;
        }
    }

    private bool HasPoint(int i) =>
        i >= 0 && i < X.Count && i < Y.Count && double.IsFinite(X[i]) && double.IsFinite(Y[i]);

    private bool HasBand(int i) => HasPoint(i) && i < Deviation.Count && double.IsFinite(Deviation[i]);
}
