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

    /// <summary>What a reader must know of detectors that tell the two parts apart; one line for those that know their fit samples, one for the others.</summary>
    public static IReadOnlyList<string> Warnings(IEnumerable<FitTestControl> controls)
    {
        FitTestControl[] unsound = [.. controls.Where(static control => !control.IsSound)];
        var warnings = new List<string>();
        Add(unsound.Where(static control => control.Auroc > 0.5), "have memorised the fit samples, or the two parts differ; the comparison is on test samples alone, and thresholds are cross-fitted");
        Add(unsound.Where(static control => !(control.Auroc > 0.5)), "find the fit samples the stranger ones: the two parts differ");
        return warnings;

        void Add(IEnumerable<FitTestControl> some, string meaning)
        {
            var named = string.Join(", ", some.Select(static control => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{control.Detector} {control.Auroc:0.000}")));
            if (named.Length > 0) warnings.Add($"detectors that tell in-distribution fit samples from test samples (AUROC; sound is 0.35 to 0.65) {meaning}: {named}");
        }
    }
}
