namespace Fathom.Insight.Evaluation;

/// <summary>
/// Whether a detector knows the samples it was fitted on: AUROC of ID test against ID fit samples. Near 0.5 is sound; far above it
/// the detector has memorised the fit set. Detectors that keep their fit samples score each without itself.
/// </summary>
/// <param name="Detector">Name of the detector.</param>
/// <param name="Auroc">Probability that a test sample scores higher than a fit sample.</param>
public sealed record FitTestControl(string Detector, double Auroc)
{
    /// <summary>Whether the value lies between 0.35 and 0.65.</summary>
    public bool IsSound => Auroc is >= 0.35 and <= 0.65;
}
