using System.Globalization;
using Fathom.Insight.Evaluation;

namespace Fathom.Cli.Quickstart;

/// <summary>What the numbers say, in sentences made from them.</summary>
internal static class QuickstartMeaning
{
    // Fewer pairs of equal length than these say nothing.
    private const int FewPairs = 30;

    /// <summary>The sentences.</summary>
    public static IReadOnlyList<string> Of(EvaluationResult result, IReadOnlyList<SetAccuracy> accuracy)
    {
        var best = Best(result, QuickstartKind.Near);
        return
        [
            Solves(accuracy),
            Separates(result, QuickstartKind.Far, "Texts of quite another kind"),
            Separates(result, QuickstartKind.Near, "Problems just beyond what it learnt"),
            .. InUse(result, best),
            Length(result, best),
        ];
    }

    private static string Solves(IReadOnlyList<SetAccuracy> accuracy)
    {
        var (own, near) = (accuracy[0].Share, Problems(accuracy.Skip(1).ToList()));
        return own >= 0.5 && near < own
            ? Text($"The model solves {own:P0} of new problems of its own kind, but only {near:P0} of those just beyond it, and answers those as readily: nothing in the text says which to trust.")
            : Text($"The model solves {own:P0} of the problems called its own and {near:P0} of the near ones: it was not taught them, so that 'own' means no more here than what the detectors were fitted on.");
    }

    private static double Problems(List<SetAccuracy> sets) => (double)sets.Sum(set => set.Right) / sets.Sum(set => set.Problems);

    private static string Separates(EvaluationResult result, QuickstartKind kind, string what)
    {
        var best = Best(result, kind);
        var rows = Rows(result, kind, best);
        return Text($"{what} are told apart best by {best} (mean AUROC {rows.Average(row => row.Metrics.Auroc):F2}): a threshold that lets 95 % of the model's own problems pass lets {rows.Average(row => row.Metrics.Fpr95):P0} of these through.");
    }

    // FPR95 looks at the test problems to place its threshold; a user has only those fitted on.
    private static IEnumerable<string> InUse(EvaluationResult result, string detector)
    {
        var rows = Rows(result, QuickstartKind.Near, detector);
        if (rows[0].AtThreshold is not { } known) yield break;
        yield return Text($"In use: {detector} above {known.Threshold:G6} means outside. Placed by the {result.FitCount} problems fitted on alone, this threshold flags {known.FalseAlarmRate:P0} of the {result.TestCount} other own problems and lets {Missed(rows):P0} of the near and {Missed(Rows(result, QuickstartKind.Far, detector)):P0} of the far questions through.");
    }

    private static double Missed(List<ComparisonResult> rows) => rows.Average(row => 1 - row.AtThreshold!.DetectionRate);

    private static string Length(EvaluationResult result, string detector)
    {
        var (near, far) = (Rows(result, QuickstartKind.Near, detector), Rows(result, QuickstartKind.Far, detector));
        return Text($"Beware of length: the number of prompt tokens alone has a mean AUROC of {far.Average(row => row.Length.LengthAuroc):F2} on the far sets and {near.Average(row => row.Length.LengthAuroc):F2} on the near ones. On pairs of about equal length {detector} has, near: {Matched(near)}; far: {Matched(far)}.");
    }

    private static string Matched(List<ComparisonResult> rows)
    {
        var paired = rows.Where(row => row.Length.MatchedCount > 0).ToList();
        var pairs = paired.Sum(row => row.Length.MatchedCount);
        return pairs < FewPairs ? Text($"too few to tell ({pairs} pairs)") : Text($"{paired.Sum(row => row.Length.MatchedAuroc * row.Length.MatchedCount) / pairs:F2} ({pairs} pairs)");
    }

    private static string Best(EvaluationResult result, QuickstartKind kind) =>
        result.Results.Select(row => row.Detector).Distinct().MaxBy(name => Rows(result, kind, name).Average(row => row.Metrics.Auroc))!;

    private static List<ComparisonResult> Rows(EvaluationResult result, QuickstartKind kind, string detector)
    {
        var sets = QuickstartSet.All.Where(set => set.Kind == kind).Select(set => set.Name).ToHashSet(StringComparer.Ordinal);
        return [.. result.Results.Where(row => row.Detector == detector && sets.Contains(row.Set))];
    }

    private static string Text(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
