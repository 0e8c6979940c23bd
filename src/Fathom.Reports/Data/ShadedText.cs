namespace Fathom.Reports;

/// <summary>A piece of a question and how much it makes the question strange.</summary>
/// <param name="Text">The piece.</param>
/// <param name="Weight">1 for the piece that adds most to the score, 0 for none, below 0 for pieces that make it less strange.</param>
/// <param name="Hint">The number, for who points at it; may be empty.</param>
public sealed record ShadedText(string Text, double Weight, string Hint);
