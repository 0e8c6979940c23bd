using Fathom.Reports.Tests.Samples;

namespace Fathom.Reports.Tests;

public sealed class ScoreReportTests
{
    [Fact]
    public async Task The_threshold_the_counts_and_the_layers_are_shown()
    {
        var report = SampleReports.Score();
        var root = Html.Parse(await ReportRenderer.RenderAsync(report));
        Assert.Equal(report.Detectors.Count, Html.WithClass(root, "threshold").Count());
        Assert.Equal(report.Strangest.Count, Html.WithClass(root, "bars").Count());
        Assert.All(Html.WithClass(root, "bars"), bars => Assert.Equal(30, Html.All(bars, "rect").Count()));
        Assert.All(Html.WithClass(root, "bars"), bars => Assert.Single(Html.WithClass(bars, "largest")));
        var flagged = report.Detectors[0].Scores.Scores.Count(score => score > 6.1);
        Assert.Contains($"{flagged} of 501 questions lie above the threshold 6.100", root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_scores_or_threshold_it_is_still_a_page()
    {
        var none = new ScoreReport { Title = "t", Progress = new ReportProgress(0, 10, ReportState.Running) };
        Assert.Contains("No scores yet", Html.Parse(await ReportRenderer.RenderAsync(none)).Value, StringComparison.Ordinal);
        var bare = none with { Detectors = [new ScoredDetector("tv0", new ScoreSet("new", []))] };
        Assert.Empty(Html.WithClass(Html.Parse(await ReportRenderer.RenderAsync(bare)), "threshold"));
    }
}
