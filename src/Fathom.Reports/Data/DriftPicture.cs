namespace Fathom.Reports;

/// <summary>A watch over a stream of questions: the evidence that they have moved, after each of them.</summary>
/// <param name="Evidence">Logarithm to the base 10 of a gambler's capital who bets that they have, one value a question; 0 at the start.</param>
/// <param name="AlarmLevel">Where the alarm is raised.</param>
/// <param name="AlarmIndex">The question that raised it, from 0; <see langword="null"/> for none.</param>
/// <param name="Caption">What was found, a sentence.</param>
public sealed record DriftPicture(IReadOnlyList<double> Evidence, double AlarmLevel, long? AlarmIndex, string Caption);
