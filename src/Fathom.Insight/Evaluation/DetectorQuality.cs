namespace Fathom.Insight.Evaluation;

/// <summary>How well a detector's score tells right answers from wrong ones.</summary>
/// <param name="Detector">Name of the detector.</param>
/// <param name="Set">Name of the OOD set that is put together with the ID test set; <see langword="null"/>: all sets together.</param>
/// <param name="Quality">The correlations.</param>
public sealed record DetectorQuality(string Detector, string? Set, QualityEvaluation Quality);
