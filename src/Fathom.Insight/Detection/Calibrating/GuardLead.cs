namespace Fathom.Insight.Detection;

/// <summary>Which detector's verdict is the verdict.</summary>
/// <param name="Detector">Its name.</param>
/// <param name="Reason">Why it was chosen, a sentence; may be empty.</param>
public sealed record GuardLead(string Detector, string Reason = "");
