namespace Fathom.Insight.Metrics;

/// <summary>What a prediction shares with a target.</summary>
/// <param name="Precision">Shared words over words of the prediction.</param>
/// <param name="Recall">Shared words over words of the target.</param>
public readonly record struct RougeScore(double Precision, double Recall)
{
    /// <summary>Harmonic mean of both; 0 when both are.</summary>
    public double F1 => Precision + Recall > 0 ? 2 * Precision * Recall / (Precision + Recall) : 0;
}
