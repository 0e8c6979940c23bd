namespace Fathom.Training;

/// <summary>A text whose class is known.</summary>
/// <param name="Ids">Its token ids, at least one.</param>
/// <param name="Label">Its class, from 0.</param>
public readonly record struct LabelledSample(int[] Ids, int Label);
