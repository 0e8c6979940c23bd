namespace Fathom.Reports.Charts;

/// <summary>Leaves out the points of a curve that could not be told from its neighbours on the drawing.</summary>
public static class CurveThinning
{
    /// <summary>
    /// Keeps the first and last point and every point that moves at least <paramref name="resolution"/> from the one kept before it
    /// or turns a corner. Points with a coordinate that is not finite are dropped.
    /// </summary>
    public static List<(double X, double Y)> Thin(IReadOnlyList<double> x, IReadOnlyList<double> y, double resolution)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var points = new List<(double X, double Y)>();
        for (var i = 0; i < Math.Min(x.Count, y.Count); i++)
        {
            if (double.IsFinite(x[i]) && double.IsFinite(y[i]))
                points.Add((x[i], y[i]));
        }

        if (points.Count <= 2)
            return points;
        var kept = new List<(double X, double Y)> { points[0] };
        for (var i = 1; i < points.Count - 1; i++)
        {
            var (last, here, next) = (kept[^1], points[i], points[i + 1]);
            var far = Math.Max(Math.Abs(next.X - last.X), Math.Abs(next.Y - last.Y)) >= resolution;
            var straight = ((here.X == last.X) && (next.X == here.X)) || ((here.Y == last.Y) && (next.Y == here.Y));
            if (far && !straight)
                kept.Add(here);
        }

        kept.Add(points[^1]);
        return kept;
    }
}
