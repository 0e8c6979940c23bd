namespace Fathom.Insight.Evaluation;

/// <summary>How the samples of a set move through the layers.</summary>
/// <param name="Set">Name of the set.</param>
/// <param name="StepLengths">D_l = ||y_l - y_(l-1)||; <see langword="null"/> when no TV detector is in the set.</param>
/// <param name="Distances">f_l, the distance of layer l to the in-distribution Gaussian under the TV detector of lowest order.</param>
public sealed record SetTrajectories(string Set, LayerCurve? StepLengths, LayerCurve? Distances);
