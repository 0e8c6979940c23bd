using System.Globalization;
using Fathom.Cli.Runs;
using Fathom.Insight.Detection;
using Fathom.Reports;

namespace Fathom.Cli.Reporting;

/// <summary>Lays the scores of new questions out for their report.</summary>
internal static class ScoreReportBuilder
{
    public static ScoreReport Build(ScoreReport frame, FittedDetectorSet detectors, ScoreRun run)
    {
        var lead = detectors.Lead;
        var flagged = run.Flagged.Count;
        var byGroup = detectors.GroupField.Length > 0;
        return frame with
        {
            Summary = detectors.ThresholdOf(lead.Name) is null
                ? $"{run.Scored.Count} questions scored; {lead.Name} has no threshold."
                : $"{flagged} of {run.Scored.Count} questions lie outside what the model was fitted on, says {lead.Name}.",
            Detectors = [.. detectors.Detectors.OrderByDescending(detector => detector.Name == lead.Name).Select(detector => new ScoredDetector(detector.Name, new ScoreSet(run.Scored.Name, run.Scored.Scores(detector.Name)))
            {
                Description = detector.Definition.Description,
                Threshold = detectors.Thresholds.TryGetValue(detector.Name, out var threshold) ? new ScoreThreshold(threshold.Value, GuardText.Ground(threshold) + (byGroup ? $"; groups by {detectors.GroupField} have thresholds of their own" : "")) : null,
                Flagged = byGroup ? run.Lines.Count(line => (bool?)line["outside"]![detector.Name] == true) : null,
                Reference = detectors.CalibrationScores.TryGetValue(detector.Name, out var scores) ? new ScoreSet("known questions", scores.ToArray()) : null,
            })],
            Strangest = [.. run.Strangest.Questions().Select(question => Explained(question, run))],
            Drift = run.Drift?.Picture(),
            Warnings = [.. Warnings(detectors, run)],
        };
    }

    /// <summary>What a reader must know: groups without a threshold of their own.</summary>
    public static IEnumerable<string> Warnings(FittedDetectorSet detectors, ScoreRun run)
    {
        if (run.StrayGroups.Count == 0) yield break;
        var names = string.Join(", ", run.StrayGroups.Keys.Select(name => name.Length > 0 ? name : $"no {detectors.GroupField}").Take(8));
        yield return $"{run.StrayGroups.Values.Sum().ToString(CultureInfo.InvariantCulture)} samples are of groups without a threshold of their own ({names}): that of all calibration samples is used";
    }

    private static StrangeQuestion Explained(StrangeQuestion question, ScoreRun run)
    {
        var index = (int)question.Index!.Value;
        var verdict = run.Verdicts[index];
        return question with
        {
            IsOutside = verdict.IsOutside,
            PValue = verdict.PValue,
            Parts = run.Tokens.TryGetValue(index, out var tokens) ? Shaded(question.Text, tokens) : [],
        };
    }

    // Bytes of one character may be tokens of their own: each place of the text is shown once.
    private static List<ShadedText> Shaded(string text, IReadOnlyList<TokenFall> tokens)
    {
        var parts = new List<ShadedText>();
        var most = tokens.Select(token => Math.Abs(token.Fall)).DefaultIfEmpty(0).Max();
        var at = 0;
        foreach (var token in tokens)
        {
            if (token.Start > at) parts.Add(new ShadedText(text[at..token.Start], 0, ""));
            var start = Math.Max(at, token.Start);
            if (token.End <= start) continue;
            parts.Add(new ShadedText(text[start..token.End], most > 0 ? token.Fall / most : 0, string.Create(CultureInfo.InvariantCulture, $"score {(token.Fall < 0 ? "rises" : "falls")} by {Math.Abs(token.Fall):G3} without it")));
            at = token.End;
        }

        if (at < text.Length) parts.Add(new ShadedText(text[at..], 0, ""));
        return parts;
    }
}
