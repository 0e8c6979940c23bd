using Fathom.Training;

namespace Fathom.Cli.Recipes;

/// <summary>Passes what is heard on to several.</summary>
internal sealed class Observers(params ITrainingObserver[] all) : ITrainingObserver
{
    public void OnResumed(int step) => Array.ForEach(all, one => one.OnResumed(step));

    public void OnStep(StepReport step) => Array.ForEach(all, one => one.OnStep(step));

    public void OnEvaluation(int step, IReadOnlyDictionary<string, double> values) => Array.ForEach(all, one => one.OnEvaluation(step, values));

    public void OnCheckpoint(int step) => Array.ForEach(all, one => one.OnCheckpoint(step));
}
