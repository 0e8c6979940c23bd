namespace Fathom.Insight.Metrics;

/// <summary>One bar of a reliability diagram.</summary>
/// <param name="Low">Lower edge.</param>
/// <param name="High">Upper edge.</param>
/// <param name="Count">Number of probabilities in it.</param>
/// <param name="MeanProbability">Their mean; NaN for an empty bin.</param>
/// <param name="Accuracy">Share of them that were right; NaN for an empty bin.</param>
public readonly record struct ReliabilityBin(double Low, double High, int Count, double MeanProbability, double Accuracy)
{
    /// <summary>How far the bin promises more than it keeps: mean probability minus accuracy.</summary>
    public double Gap => MeanProbability - Accuracy;
}
