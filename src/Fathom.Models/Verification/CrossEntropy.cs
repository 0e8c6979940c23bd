namespace Fathom.Models.Verification;

/// <summary>The cross-entropy of one row of logits, in double.</summary>
internal static class CrossEntropy
{
    /// <summary>Minus the natural log-probability of the target.</summary>
    public static double Of(ReadOnlySpan<float> logits, int target)
    {
        double top = double.NegativeInfinity;
        foreach (var logit in logits) top = Math.Max(top, logit);
        double sum = 0;
        foreach (var logit in logits) sum += Positions.Elementary.Exp(logit - top);
        return top + Positions.Elementary.Log(sum) - logits[target];
    }
}
