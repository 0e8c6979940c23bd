using Fathom.Insight.Detection;
using Fathom.Insight.Evaluation;
using Fathom.Reports;

namespace Fathom.Cli.Reporting;

/// <summary>Lays the scores of new questions out for their report.</summary>
internal static class ScoreReportBuilder
{
    public static ScoreReport Build(ScoreReport frame, FittedDetectorSet detectors, ScoredSet scored, Strangest strangest)
    {
        var lead = detectors[strangest.Detector];
        var outside = scored.Scores(lead.Name).Count(score => detectors.IsOutside(lead.Name, score));
        return frame with
        {
            Summary = $"{outside} of {scored.Count} questions lie outside what the model was fitted on, says {lead.Name}.",
            Detectors = [.. detectors.Detectors.OrderByDescending(detector => detector.Name == lead.Name).Select(detector => new ScoredDetector(detector.Name, new ScoreSet(scored.Name, scored.Scores(detector.Name)))
            {
                Description = detector.Definition.Description,
                Threshold = detectors.Thresholds.TryGetValue(detector.Name, out var threshold)
                    ? new ScoreThreshold(threshold.Value, $"{threshold.Level:P0} of {threshold.CalibrationCount} held-out scores of known questions lie below it")
                    : null,
            })],
            Strangest = strangest.Questions(),
        };
    }
}
