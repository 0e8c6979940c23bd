namespace Fathom.Reports;

/// <summary>A quantity along the layers of a model, for one set of questions: mean and spread over the questions.</summary>
/// <param name="Set">Name of the set.</param>
/// <param name="Layers">Layer numbers, ascending.</param>
/// <param name="Mean">Mean over the questions, one per layer.</param>
/// <param name="Deviation">Standard deviation over the questions, one per layer; empty for no band.</param>
public sealed record LayerBand(
    string Set,
    IReadOnlyList<double> Layers,
    IReadOnlyList<double> Mean,
    IReadOnlyList<double> Deviation);
