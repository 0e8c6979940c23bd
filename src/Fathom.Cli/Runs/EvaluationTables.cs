using System.Globalization;
using Fathom.Cli.Output;
using Fathom.Insight.Evaluation;
using Fathom.Reports;

namespace Fathom.Cli.Runs;

/// <summary>Quality and online detection as tables, the same for the terminal and the report; sets in detail are in <c>result.json</c>.</summary>
internal static class EvaluationTables
{
    /// <summary>The tables there are numbers for.</summary>
    public static IReadOnlyList<NumberTable> Of(EvaluationResult result) => [.. Quality(result), .. Online(result)];

    /// <summary>The same on the terminal.</summary>
    public static void Write(TextWriter output, Terminal terminal, EvaluationResult result)
    {
        foreach (var numbers in Of(result))
        {
            var table = new TextTable([numbers.Columns[0], .. numbers.Columns.Skip(1).Select(column => ">" + column)]);
            foreach (var row in numbers.Rows) table.Row([.. row]);
            output.WriteLine(numbers.Title);
            table.Write(output, terminal);
        }
    }

    private static IEnumerable<NumberTable> Quality(EvaluationResult result)
    {
        var rows = result.Quality.Where(row => row.Set is null).ToArray();
        if (rows.Length == 0) yield break;
        var (right, all) = (rows[0].Quality.CorrectCount, rows[0].Quality.Count);
        yield return new NumberTable(
            $"Quality: {right.ToString(CultureInfo.InvariantCulture)} of {all.ToString(CultureInfo.InvariantCulture)} answers are right",
            "Whether a low score means a right answer, known and other questions together: rank correlation of the negated score with right or wrong (Kendall's tau-b, Spearman's rho; 0 = nothing), and the chance that a wrong answer scores higher than a right one. Answers count as right where the output contains the expected one.",
            ["detector", "tau-b", "its p-value", "Spearman", "AUROC wrong against right"],
            [.. rows.Select(row => (IReadOnlyList<string>)[row.Detector, Cell(row.Quality.KendallTauB), Cell(row.Quality.KendallPValue), Cell(row.Quality.Spearman), Cell(row.Quality.Auroc)])]);
    }

    private static IEnumerable<NumberTable> Online(EvaluationResult result)
    {
        string[] rules = [.. result.Online.Select(row => row.Result.Rule).Distinct()];
        if (rules.Length == 0) yield break;
        yield return new NumberTable(
            $"Online: what thresholds do, mean of {result.Online.Select(row => row.Set).Distinct().Count().ToString(CultureInfo.InvariantCulture)} sets",
            "Thresholds chosen offline, measured on questions that had no part in choosing: quantile (95 % of known questions below) and conformal look at known questions alone, youden also at half of the other set. Accuracy, balanced accuracy, and the standard deviation of accuracy over ten samplings of the other set.",
            ["detector", .. rules.SelectMany(rule => (string[])[$"{rule}: accuracy", $"{rule}: balanced", $"{rule}: std"])],
            [.. result.Online.GroupBy(row => row.Detector).Select(group => (IReadOnlyList<string>)[group.Key, .. rules.SelectMany(rule => Cells([.. group.Where(row => row.Result.Rule == rule).Select(row => row.Result)]))])]);
    }

    private static string[] Cells(OnlineResult[] results) => results.Length == 0 ? ["-", "-", "-"]
        : [Cell(results.Average(one => one.Metrics.Accuracy)), Cell(results.Average(one => one.Metrics.BalancedAccuracy)), Cell(results.Average(one => one.Accuracy.StandardDeviation))];

    private static string Cell(double value) => TextTable.Cell(value);
}
