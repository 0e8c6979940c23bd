namespace Fathom.Training;

/// <summary>
/// Something measured while a model is taught: the loss on held-out data, the share of problems it solves, how well a detector tells
/// sets apart. Must depend on the model alone, so that a resumed run measures the same.
/// </summary>
public interface IEvaluation
{
    /// <summary>Names of what it measures, such as <c>validation_loss</c>, and whether more is better.</summary>
    IReadOnlyDictionary<string, bool> Metrics { get; }

    /// <summary>Measures the model as it is now; one value for each of <see cref="Metrics"/>.</summary>
    /// <exception cref="OperationCanceledException">The person asked to stop.</exception>
    IReadOnlyDictionary<string, double> Measure(TrainingMoment moment);
}
