namespace Fathom.Insight.Detection;

/// <summary>Which detector to trust in one situation, and why.</summary>
/// <param name="Labelled">Whether the fit data have labels.</param>
/// <param name="FineTuned">Whether the model was taught the task.</param>
/// <param name="Detectors">Names of the detectors; more than one are combined.</param>
/// <param name="Reason">The evidence, a clause.</param>
public sealed record Recommendation(bool Labelled, bool FineTuned, IReadOnlyList<string> Detectors, string Reason)
{
    /// <summary>Name of a combination.</summary>
    public const string Combined = "combined";

    /// <summary>Whether the detectors are to be combined into one.</summary>
    public bool IsCombination => Detectors.Count > 1;

    /// <summary>Name of the detector that leads.</summary>
    public string Lead => IsCombination ? Combined : Detectors[0];
}
