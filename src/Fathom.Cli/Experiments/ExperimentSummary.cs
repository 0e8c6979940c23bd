using System.Text.Json.Nodes;
using Fathom.Insight.Evaluation;
using Fathom.Insight.Metrics;

namespace Fathom.Cli.Experiments;

/// <summary>Means over the repetitions, with Student's interval; of one repetition its own numbers with their bootstrap intervals.</summary>
internal static class ExperimentSummary
{
    /// <summary>Every detector and set, in the order of the first repetition.</summary>
    public static IReadOnlyList<SummaryRow> Rows(IReadOnlyList<EvaluationResult> results) =>
    [
        .. results[0].Results.Select(first =>
        {
            ComparisonResult[] rows = [.. results.Select(result => result.Results.First(row => row.Detector == first.Detector && row.Set == first.Set))];
            return new SummaryRow(
                first.Detector,
                first.Set,
                first.Metrics.IdCount,
                first.Metrics.OodCount,
                Estimate(rows, static row => row.Metrics.Auroc, static row => row.Intervals.Auroc),
                Estimate(rows, static row => row.Metrics.Fpr95, static row => row.Intervals.Fpr95),
                Estimate(rows, static row => row.Metrics.AuprIn, static row => row.Intervals.AuprIn),
                Estimate(rows, static row => row.Metrics.AuprOut, static row => row.Intervals.AuprOut),
                Estimate(rows, static row => row.Length.MatchedAuroc, static _ => new Interval(double.NaN, double.NaN)),
                rows.Average(static row => row.Length.LengthAuroc),
                rows.Average(static row => row.AtThreshold?.FalseAlarmRate ?? double.NaN),
                rows.Average(static row => row.AtThreshold?.DetectionRate ?? double.NaN));
        }),
    ];

    /// <summary>Mean fit-versus-test control of every detector.</summary>
    public static IReadOnlyList<FitTestControl> FitTest(IReadOnlyList<EvaluationResult> results) =>
        [.. results[0].FitTest.Select(first => new FitTestControl(first.Detector, results.Average(result => result.FitTest.First(control => control.Detector == first.Detector).Auroc)))];

    /// <summary>The rows as <c>result.json</c> has them.</summary>
    public static JsonArray ToJson(IEnumerable<SummaryRow> rows) => new([.. rows.Select(static row => (JsonNode)row.ToJson())]);

    private static SeedEstimate Estimate(ComparisonResult[] rows, Func<ComparisonResult, double> value, Func<ComparisonResult, Interval> single)
    {
        double[] values = [.. rows.Select(value)];
        if (values.Length == 1) return new SeedEstimate(values, values[0], double.NaN, single(rows[0]));
        var (mean, deviation, interval) = StudentInterval.Of(values);

        // Every measure here is a share: what an interval has beyond 0 and 1 says nothing.
        return new SeedEstimate(values, mean, deviation, new Interval(Math.Max(0, interval.Low), Math.Min(1, interval.High)));
    }
}
