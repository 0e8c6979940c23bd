namespace Fathom.Insight.Detection;

/// <summary>What a detector says of one sample.</summary>
/// <param name="Detector">Name of the detector.</param>
/// <param name="Score">Its score: higher = more out of distribution.</param>
/// <param name="IsOutside">Whether the score lies above the threshold; <see langword="null"/> where the detector has none.</param>
/// <param name="PValue">How rare such a score is among known samples: small = strange; <see langword="null"/> where the calibration scores were not kept.</param>
/// <param name="Group">The group whose threshold was used; <see langword="null"/>: that of all calibration samples.</param>
public sealed record Verdict(string Detector, double Score, bool? IsOutside, double? PValue, string? Group = null);
