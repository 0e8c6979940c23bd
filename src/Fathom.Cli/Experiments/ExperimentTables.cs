using System.Globalization;
using Fathom.Reports;

namespace Fathom.Cli.Experiments;

/// <summary>The report's tables of an experiment: what every seed was and what it gave.</summary>
internal static class ExperimentTables
{
    /// <summary>All tables.</summary>
    public static IReadOnlyList<NumberTable> Of(IReadOnlyList<SeedOutcome> outcomes, IReadOnlyList<SummaryRow> rows) =>
    [
        Seeds(outcomes),
        .. rows.GroupBy(static row => row.Set).Select(group => BySeed(group.Key, [.. group], outcomes)),
    ];

    private static NumberTable Seeds(IReadOnlyList<SeedOutcome> outcomes) => new(
        "The seeds",
        "What each repetition drew, and how well the model names the class of in-distribution test rows by its class logits.",
        ["seed", "fitted on", "tested on", "known classes", "accuracy", "best while taught"],
        [
            .. outcomes.Select(static outcome => (IReadOnlyList<string>)
            [
                Whole(outcome.Setting.Seed),
                Whole(outcome.Setting.Fit.Count),
                Whole(outcome.Setting.Test.Count),
                outcome.Setting.Known.Count == 0 ? "all" : string.Join(", ", outcome.Setting.Known),
                outcome.Accuracy is { } accuracy ? Cell(accuracy) : "–",
                outcome.Taught is { } taught ? $"{taught.Metric} {Cell(taught.Value)}" : "–",
            ]),
        ]);

    private static NumberTable BySeed(string set, IReadOnlyList<SummaryRow> rows, IReadOnlyList<SeedOutcome> outcomes) => new(
        $"AUROC seed by seed: {set}",
        outcomes.Count > 1 ? "Mean, standard deviation and Student's 95 % interval over the seeds; at equal length: on pairs of rows of nearly equal prompt length." : "With the bootstrap's 95 % interval; at equal length: on pairs of rows of nearly equal prompt length.",
        ["detector", .. outcomes.Select(static outcome => $"seed {Whole(outcome.Setting.Seed)}"), "mean", "std", "95 % interval", "at equal length"],
        [
            .. rows.Select(static row => (IReadOnlyList<string>)
            [
                row.Detector,
                .. row.Auroc.Values.Select(Cell),
                Cell(row.Auroc.Mean),
                Cell(row.Auroc.Deviation),
                $"{Cell(row.Auroc.Interval.Low)}–{Cell(row.Auroc.Interval.High)}",
                Cell(row.LengthMatchedAuroc.Mean),
            ]),
        ]);

    private static string Cell(double value) => double.IsFinite(value) ? value.ToString("F3", CultureInfo.InvariantCulture) : "–";

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
}
