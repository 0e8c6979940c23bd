using Fathom.Cli.Reporting;
using Fathom.Cli.Runs;
using Fathom.Reports;
using Fathom.Training;

namespace Fathom.Cli.Recipes;

/// <summary>Keeps <c>report.html</c> up to date: valid at every moment, rewritten at every evaluation and checkpoint.</summary>
internal sealed class TrainingReporter(RunFolder folder, string title, TrainingPlan plan, IReadOnlyList<FileHash> files) : ITrainingObserver
{
    /// <summary>Writes the report of what the log says.</summary>
    public void Write(ReportState state)
    {
        var log = folder.PathOf("metrics.jsonl");
        var history = File.Exists(log) ? TrainingHistory.Read(log) : TrainingHistory.Empty;
        ReportRenderer.WriteAsync(folder.PathOf("report.html"), TrainingReportBuilder.Build(title, plan, history, state, files)).GetAwaiter().GetResult();
    }

    public void OnResumed(int step)
    {
    }

    public void OnStep(StepReport step)
    {
    }

    public void OnEvaluation(int step, IReadOnlyDictionary<string, double> values) => Write(ReportState.Running);

    public void OnCheckpoint(int step) => Write(ReportState.Running);
}
