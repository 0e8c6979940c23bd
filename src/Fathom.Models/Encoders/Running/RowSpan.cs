namespace Fathom.Models.Encoders.Running;

/// <summary>A sequence's rows in a pass.</summary>
/// <param name="FirstRow">First row.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="FirstPosition">Position of the first row in its sequence.</param>
internal readonly record struct RowSpan(int FirstRow, int Rows, int FirstPosition = 0);
