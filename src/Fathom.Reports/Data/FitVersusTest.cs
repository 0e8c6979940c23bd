namespace Fathom.Reports;

/// <summary>The sanity check "fit questions against unseen questions of the same set": near 0.5 is right.</summary>
/// <param name="Auroc">AUROC of the fit questions against the held-out ones.</param>
/// <param name="FitCount">Questions the detector was fitted on.</param>
/// <param name="TestCount">Held-out questions of the same set.</param>
public sealed record FitVersusTest(Estimate Auroc, int FitCount, int TestCount)
{
    /// <summary>Whether the value lies in 0.35 to 0.65, where no memorising of the fit questions shows.</summary>
    public bool IsSound => Auroc.Value is >= 0.35 and <= 0.65;
}
