namespace Fathom.Insight.Detection;

/// <summary>One part of a score.</summary>
/// <param name="Kind">What it belongs to.</param>
/// <param name="Index">Which layer, token, coordinate, fit sample or pass.</param>
/// <param name="Value">How much, as <see cref="Explanation.Meaning"/> says.</param>
public readonly record struct Contribution(ContributionKind Kind, long Index, double Value);
