using Fathom.Cli.Runs;
using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;
using Fathom.Insight.Metrics;
using Fathom.Reports;

namespace Fathom.Cli.Reporting;

/// <summary>Lays the numbers of an evaluation out for its report.</summary>
internal static class EvaluationReportBuilder
{
    /// <summary>The report of what is known so far; <paramref name="result"/> is null before the first set is scored.</summary>
    public static EvaluationReport Build(
        EvaluationReport frame,
        FittedDetectorSet? detectors,
        EvaluationResult? result,
        ScoredSet? idTest,
        IReadOnlyList<ScoredSet> oodSets,
        Strangest? strangest)
    {
        if (detectors is null || result is null || idTest is null)
        {
            return frame;
        }

        return frame with
        {
            Summary = Summary(result),
            Results = [.. result.Results.Select(Row)],
            Detectors = [.. detectors.Detectors.Select(detector => Scores(detector, result, idTest, oodSets))],
            Trajectories = [.. Trajectories(result)],
            LengthBaselines = [.. result.Results.GroupBy(row => row.Set).Select(group => new LengthBaseline(group.Key, new Estimate(group.First().Length.LengthAuroc)))],
            Strangest = strangest?.Questions() ?? [],
            StrangestDetector = strangest?.Detector ?? "",
            Tables = EvaluationTables.Of(result),
            Warnings = result.Warnings,
        };
    }

    private static string Summary(EvaluationResult result)
    {
        var best = result.Results
            .GroupBy(row => row.Detector)
            .Select(group => (Detector: group.Key, Mean: group.Average(row => row.Metrics.Auroc)))
            .Where(entry => double.IsFinite(entry.Mean))
            .OrderByDescending(entry => entry.Mean)
            .FirstOrDefault();
        return best.Detector is null
            ? ""
            : $"Best on average: {best.Detector}, mean AUROC {best.Mean:0.000} over {result.Results.Select(row => row.Set).Distinct().Count()} sets ({result.TestCount} in-distribution test questions).";
    }

    private static ResultRow Row(ComparisonResult row) => new(
        row.Detector,
        row.Set,
        row.Metrics.IdCount,
        row.Metrics.OodCount,
        new Estimate(row.Metrics.Auroc, row.Intervals.Auroc.Low, row.Intervals.Auroc.High),
        new Estimate(row.Metrics.Fpr95, row.Intervals.Fpr95.Low, row.Intervals.Fpr95.High),
        row.Metrics.AuprIn,
        row.Metrics.AuprOut)
    {
        AurocLengthMatched = row.Length.MatchedCount > 0 ? new Estimate(row.Length.MatchedAuroc) : null,
    };

    private static DetectorScores Scores(FittedDetector detector, EvaluationResult result, ScoredSet idTest, IReadOnlyList<ScoredSet> oodSets)
    {
        var idScores = idTest.Scores(detector.Name);
        var fitTest = result.FitTest.FirstOrDefault(control => control.Detector == detector.Name);
        var rows = result.Results.Where(row => row.Detector == detector.Name).ToArray();
        return new DetectorScores(detector.Name)
        {
            Description = detector.Definition.Description,
            InDistribution = new ScoreSet(idTest.Name, idScores),
            OutOfDistribution = [.. oodSets.Select(set => new ScoreSet(set.Name, set.Scores(detector.Name)))],
            RocCurves = [.. oodSets.Select(set => Curve(set.Name, DetectionMetrics.Table(idScores, set.Scores(detector.Name))))],
            FitVersusTest = fitTest is null ? null : new FitVersusTest(new Estimate(fitTest.Auroc), result.FitCount, result.TestCount),
            LengthCorrelation = rows.Length > 0 ? rows.Average(row => row.Length.Spearman) : null,
        };
    }

    private static RocCurve Curve(string set, ScoreTable table)
    {
        var points = table.RocCurve();
        return new RocCurve(set, [.. points.Select(point => point.FalsePositiveRate)], [.. points.Select(point => point.TruePositiveRate)], table.Auroc());
    }

    private static IEnumerable<LayerTrajectory> Trajectories(EvaluationResult result)
    {
        if (result.Trajectories.Count > 0 && result.Trajectories.All(set => set.StepLengths is not null))
        {
            yield return Trajectory("How far the state moves from layer to layer", "distance between neighbouring layers", result, set => set.StepLengths!);
            yield return Trajectory("How far each layer is from what it knows", "squared Mahalanobis distance", result, set => set.Distances!) with { Scale = AxisScale.Automatic };
        }
    }

    private static LayerTrajectory Trajectory(string title, string quantity, EvaluationResult result, Func<SetTrajectories, LayerCurve> curve)
    {
        var bands = result.Trajectories.Select(set => Band(set.Set, curve(set))).ToArray();
        return new LayerTrajectory(title, quantity, bands[0], bands[1..]);
    }

    private static LayerBand Band(string set, LayerCurve curve) =>
        new(set, [.. Enumerable.Range(curve.FirstLayer, curve.Mean.Count).Select(layer => (double)layer)], curve.Mean, curve.StandardDeviation);
}
