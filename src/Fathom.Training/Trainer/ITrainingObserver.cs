namespace Fathom.Training;

/// <summary>Hears how training goes; must not change anything.</summary>
public interface ITrainingObserver
{
    /// <summary>A run goes on from a checkpoint.</summary>
    void OnResumed(int step);

    /// <summary>A step is done.</summary>
    void OnStep(StepReport step);

    /// <summary>An evaluation is done.</summary>
    void OnEvaluation(int step, IReadOnlyDictionary<string, double> values);

    /// <summary>A checkpoint is on the disk.</summary>
    void OnCheckpoint(int step);
}
