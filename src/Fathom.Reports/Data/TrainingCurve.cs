namespace Fathom.Reports;

/// <summary>One quantity over the steps of training.</summary>
/// <param name="Name">What it is, such as <c>loss</c>.</param>
/// <param name="Steps">Steps, ascending.</param>
/// <param name="Values">Its value at each; not finite for none.</param>
/// <param name="Deviation">Standard deviation around each value, where a value stands for several steps; empty for none.</param>
public sealed record TrainingCurve(string Name, IReadOnlyList<double> Steps, IReadOnlyList<double> Values, IReadOnlyList<double> Deviation);
