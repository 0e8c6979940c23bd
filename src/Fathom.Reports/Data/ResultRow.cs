namespace Fathom.Reports;

/// <summary>How well one detector told the in-distribution questions from one other set.</summary>
/// <param name="Detector">Name of the detector, as in its JSON key ("tv0").</param>
/// <param name="Set">Name of the out-of-distribution set.</param>
/// <param name="IdCount">In-distribution test questions compared.</param>
/// <param name="OodCount">Out-of-distribution questions compared.</param>
/// <param name="Auroc">Area under the ROC curve, 0.5 = chance.</param>
/// <param name="Fpr95">False alarms at 95 % kept, lower is better.</param>
/// <param name="AuprIn">Average precision with in-distribution as the positive class.</param>
/// <param name="AuprOut">Average precision with out-of-distribution as the positive class.</param>
public sealed record ResultRow(
    string Detector,
    string Set,
    int IdCount,
    int OodCount,
    Estimate Auroc,
    Estimate Fpr95,
    double AuprIn,
    double AuprOut)
{
    /// <summary>AUROC on pairs of questions of equal length, where that control was made.</summary>
    public Estimate? AurocLengthMatched { get; init; }
}
