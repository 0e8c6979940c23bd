namespace Fathom.Training.Tests;

/// <summary>Ends a run where it is told to, as a crash would: nothing is saved any more.</summary>
internal sealed class Saboteur(int atStep = 0, int atCheckpoint = 0, int atEvaluation = 0, Action? onStep = null) : ITrainingObserver
{
    public List<int> Steps { get; } = [];

    public int ResumedAt { get; private set; }

    public void OnResumed(int step) => ResumedAt = step;

    public void OnStep(StepReport step)
    {
        Steps.Add(step.Step);
        onStep?.Invoke();
        if (step.Step == atStep) throw new CrashException();
    }

    public void OnEvaluation(int step, IReadOnlyDictionary<string, double> values)
    {
        if (step == atEvaluation) throw new CrashException();
    }

    public void OnCheckpoint(int step)
    {
        if (step == atCheckpoint) throw new CrashException();
    }

    internal sealed class CrashException : Exception;
}
