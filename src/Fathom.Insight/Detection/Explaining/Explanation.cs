namespace Fathom.Insight.Detection;

/// <summary>Why a sample got its score.</summary>
/// <param name="Detector">Name of the detector.</param>
/// <param name="Score">The score.</param>
/// <param name="Meaning">What the values are and how they make the score.</param>
/// <param name="Contributions">The parts; layers and tokens in order, coordinates and neighbours from the weightiest down.</param>
public sealed record Explanation(string Detector, double Score, string Meaning, IReadOnlyList<Contribution> Contributions);
