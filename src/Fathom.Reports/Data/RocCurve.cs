namespace Fathom.Reports;

/// <summary>A ROC curve as a list of points joined by straight lines, from (0,0) to (1,1).</summary>
/// <param name="Set">Name of the out-of-distribution set.</param>
/// <param name="FalsePositiveRate">Share of out-of-distribution questions taken for known, ascending.</param>
/// <param name="TruePositiveRate">Share of in-distribution questions recognised, same length.</param>
/// <param name="Auroc">Area to print, or <see langword="null"/> for none.</param>
public sealed record RocCurve(
    string Set,
    IReadOnlyList<double> FalsePositiveRate,
    IReadOnlyList<double> TruePositiveRate,
    double? Auroc = null);
