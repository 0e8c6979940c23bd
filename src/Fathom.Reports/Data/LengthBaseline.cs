namespace Fathom.Reports;

/// <summary>How well the length of the question alone would tell a set apart: what any detector must beat.</summary>
/// <param name="Set">Name of the out-of-distribution set.</param>
/// <param name="Auroc">AUROC of the token count used as a score, long = out of distribution.</param>
public sealed record LengthBaseline(string Set, Estimate Auroc);
