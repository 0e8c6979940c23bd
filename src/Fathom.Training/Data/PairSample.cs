namespace Fathom.Training;

/// <summary>Two texts that belong together.</summary>
/// <param name="Anchor">Token ids of the first, at least one.</param>
/// <param name="Positive">Token ids of the second, at least one.</param>
public readonly record struct PairSample(int[] Anchor, int[] Positive);
