namespace Fathom.Insight.Metrics;

/// <content>The precision-recall curve.</content>
public sealed partial class ScoreTable
{
    /// <summary>
    /// The precision-recall curve from recall 0 (precision 1 by convention) to recall 1 at the lowest score, one point per distinct
    /// score. Empty when a class is empty.
    /// </summary>
    public IReadOnlyList<PrecisionRecallPoint> PrecisionRecallCurve()
    {
        if (OneSided)
        {
            return [];
        }

        var points = new List<PrecisionRecallPoint> { new(double.PositiveInfinity, 1, 0) };
        long truePositives = 0, called = 0;
        for (var i = 0; i < _values.Length; i++)
        {
            truePositives += _positives[i];
            called += _positives[i] + _negatives[i];
            points.Add(new PrecisionRecallPoint(_values[i], truePositives / (double)called, truePositives / (double)PositiveCount));
        }

        return points;
    }

    /// <summary>
    /// Area under that curve by trapezia. It draws straight lines where no classifier is (J. Davis and M. Goadrich, 2006), so it is
    /// too high where scores tie: prefer <see cref="AveragePrecision"/>. NaN when a class is empty.
    /// </summary>
    public double PrecisionRecallTrapezoid()
    {
        if (OneSided)
        {
            return double.NaN;
        }

        var curve = PrecisionRecallCurve();
        var area = 0.0;
        for (var i = 1; i < curve.Count; i++)
        {
            area += (curve[i].Recall - curve[i - 1].Recall) * (curve[i].Precision + curve[i - 1].Precision) / 2;
        }

        return area;
    }
}
