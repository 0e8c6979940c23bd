using System.Globalization;
using Fathom.Insight.Evaluation;

namespace Fathom.Cli.Quickstart;

/// <summary>What the numbers say, in sentences made from them.</summary>
internal static class QuickstartMeaning
{
    /// <summary>The sentences.</summary>
    public static IReadOnlyList<string> Of(EvaluationResult result, IReadOnlyList<SetAccuracy> accuracy)
    {
        var detectors = result.Results.Select(row => row.Detector).Distinct().ToList();
        return [Solves(accuracy), Separates(result, detectors, QuickstartKind.Far, "Texts of quite another kind"), Separates(result, detectors, QuickstartKind.Near, "Problems just beyond what it learnt")];
    }

    private static string Solves(IReadOnlyList<SetAccuracy> accuracy)
    {
        var near = accuracy.Skip(1).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"The model solves {accuracy[0].Share:P0} of new problems of its own kind, but only {Problems(near):P0} of those just beyond it, and answers those as readily: nothing in the text says which to trust.");
    }

    private static double Problems(List<SetAccuracy> sets) => (double)sets.Sum(set => set.Right) / sets.Sum(set => set.Problems);

    private static string Separates(EvaluationResult result, List<string> detectors, QuickstartKind kind, string what)
    {
        var sets = QuickstartSet.All.Where(set => set.Kind == kind).Select(set => set.Name).ToHashSet(StringComparer.Ordinal);
        var rows = result.Results.Where(row => sets.Contains(row.Set)).ToLookup(row => row.Detector, StringComparer.Ordinal);
        var best = detectors.MaxBy(name => rows[name].Average(row => row.Metrics.Auroc))!;
        var passed = rows[best].Average(row => row.Metrics.Fpr95);
        return string.Create(CultureInfo.InvariantCulture, $"{what} are told apart best by {best} (mean AUROC {rows[best].Average(row => row.Metrics.Auroc):F2}): a threshold that lets 95 % of the model's own problems pass lets {passed:P0} of these through.");
    }
}
