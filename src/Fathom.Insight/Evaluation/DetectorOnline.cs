namespace Fathom.Insight.Evaluation;

/// <summary>
/// What a threshold of one detector does to new samples. Chosen by calibration scores, and for the rule <c>youden</c> by every second
/// sample of the OOD set; measured on the ID test set and the other samples of the OOD set.
/// </summary>
/// <param name="Detector">Name of the detector.</param>
/// <param name="Set">Name of the OOD set.</param>
/// <param name="Result">The rule and its numbers.</param>
public sealed record DetectorOnline(string Detector, string Set, OnlineResult Result);
