namespace Fathom.Insight.Detection;

/// <summary>The scores of one sample before combined detectors have a scale.</summary>
/// <param name="Values">Score of every detector; NaN for combined ones.</param>
/// <param name="Members">Scores of the members of every combined detector; <see langword="null"/> for the others.</param>
internal sealed record ScoreParts(double[] Values, double[]?[] Members);
