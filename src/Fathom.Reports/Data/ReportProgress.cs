namespace Fathom.Reports;

/// <summary>How far a run has come.</summary>
/// <param name="Done">Units finished so far.</param>
/// <param name="Total">Units there will be; 0 when not known yet.</param>
/// <param name="State">Running, complete or stopped.</param>
/// <param name="Unit">What is counted, plural ("questions").</param>
/// <param name="Activity">What is being done now, a short phrase ("generating answers for GSM8K"); empty for none.</param>
public sealed record ReportProgress(
    long Done,
    long Total,
    ReportState State,
    string Unit = "questions",
    string Activity = "")
{
    /// <summary>Share done, from 0 to 1; 0 when the total is not known, 1 when complete.</summary>
    public double Share => State == ReportState.Complete ? 1 : Total > 0 ? Math.Clamp((double)Done / Total, 0, 1) : 0;
}
