namespace Fathom.Reports;

/// <summary>Curves that share an axis.</summary>
/// <param name="Title">Heading.</param>
/// <param name="Caption">What can be seen, a sentence or two; may be empty.</param>
/// <param name="Quantity">Name of the vertical axis.</param>
/// <param name="Curves">The curves, at most four.</param>
public sealed record TrainingChart(string Title, string Caption, string Quantity, IReadOnlyList<TrainingCurve> Curves);
