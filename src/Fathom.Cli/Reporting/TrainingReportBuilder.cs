using System.Globalization;
using Fathom.Cli.Recipes;
using Fathom.Cli.Runs;
using Fathom.Reports;

namespace Fathom.Cli.Reporting;

/// <summary>Lays a training run out for its report.</summary>
internal static class TrainingReportBuilder
{
    private const int MostPoints = 300;

    /// <summary>The report of a run as far as its log goes.</summary>
    public static TrainingReport Build(string title, TrainingPlan plan, TrainingHistory history, ReportState state, IEnumerable<FileHash> files)
    {
        var done = history.Losses.Count;
        return new TrainingReport
        {
            Title = title,
            Summary = done == 0 ? "" : Summary(history),
            Progress = new ReportProgress(done, plan.Steps, state, "steps"),
            Charts = done == 0 ? [] : [Loss(history), .. Others(history)],
            Warnings = plan.Truncated == 0 ? [] : [$"{plan.Truncated} of {plan.Samples} samples were cut to {plan.MaxLength} tokens (data.max_length)."],
            Settings =
            [
                new("parameters", plan.Base.ParameterCount.ToString("N0", CultureInfo.InvariantCulture)),
                new("samples", plan.Samples.ToString("N0", CultureInfo.InvariantCulture)),
                new("tokens of a pass", plan.Tokens.ToString("N0", CultureInfo.InvariantCulture)),
                .. plan.Settings.Select(pair => new ReportFact(pair.Key, pair.Value?.ToJsonString() ?? "none")),
            ],
            Hashes = RunFacts.Hashes(files),
        };
    }

    private static string Summary(TrainingHistory history)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"The loss went from {history.Losses[0].Loss:F3} to {Thin(history.Losses).Values[^1]:F3} in {history.Losses.Count} steps");
        var measures = history.Measures.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value[^1].Value:F3}")).ToList();
        return measures.Count == 0 ? text + "." : $"{text}; at last {string.Join(", ", measures)}.";
    }

    private static TrainingChart Loss(TrainingHistory history)
    {
        List<TrainingCurve> curves = [Thin(history.Losses)];
        curves.AddRange(history.Measures.Where(pair => IsLoss(pair.Key)).Take(3).Select(pair => Curve(pair.Key, pair.Value)));
        var caption = history.Losses.Count > MostPoints ? "Each point of the training loss is the mean over some steps; the band is one standard deviation of them." : "";
        return new TrainingChart("Loss", caption, "loss", curves);
    }

    private static IEnumerable<TrainingChart> Others(TrainingHistory history) =>
        history.Measures.Where(pair => !IsLoss(pair.Key)).Select(pair => new TrainingChart(pair.Key, "", pair.Key, [Curve(pair.Key, pair.Value)]));

    private static bool IsLoss(string name) => name.EndsWith("_loss", StringComparison.Ordinal);

    private static TrainingCurve Curve(string name, List<(int Step, double Value)> values) =>
        new(name, [.. values.Select(value => (double)value.Step)], [.. values.Select(value => value.Value)], []);

    private static TrainingCurve Thin(IReadOnlyList<(int Step, double Loss)> losses)
    {
        var window = (losses.Count + MostPoints - 1) / MostPoints;
        var (steps, means, deviations) = (new List<double>(), new List<double>(), new List<double>());
        foreach (var part in losses.Chunk(window))
        {
            var mean = part.Average(one => one.Loss);
            steps.Add(part[^1].Step);
            means.Add(mean);
            deviations.Add(Math.Sqrt(part.Average(one => (one.Loss - mean) * (one.Loss - mean))));
        }

        return new TrainingCurve("training loss", steps, means, window == 1 ? [] : deviations);
    }
}
