namespace Fathom.Reports.Charts;

/// <summary>A set of scores and the class that colours it in a histogram.</summary>
/// <param name="Scores">The scores.</param>
/// <param name="Class">CSS class, as in <see cref="ChartSeries.Class"/>.</param>
public sealed record HistogramSet(ScoreSet Scores, string Class);
