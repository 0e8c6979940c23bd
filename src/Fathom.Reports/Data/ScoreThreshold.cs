namespace Fathom.Reports;

/// <summary>The line beyond which a question counts as out of distribution.</summary>
/// <param name="Value">Scores above it are flagged.</param>
/// <param name="Explanation">Where it comes from ("95 % of the fit questions score below it").</param>
public sealed record ScoreThreshold(double Value, string Explanation);
