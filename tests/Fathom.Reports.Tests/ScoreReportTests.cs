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
    public async Task What_makes_a_question_strange_is_shaded_and_its_neighbours_are_named()
    {
        var question = new StrangeQuestion("a <b> c d", "", 2)
        {
            IsOutside = true,
            PValue = 0.016,
            Parts = [new ShadedText("a ", 0.01, "little"), new ShadedText("<b>", 1, "score falls by 0.2 without it"), new ShadedText(" c", -0.5, "rises"), new ShadedText(" d", 0, "")],
            Neighbours = [new SimilarQuestion(6, 0.912, "known <i> one"), new SimilarQuestion(2, 0.9, "")],
        };
        var report = SampleReports.Score() with { Strangest = [question] };
        var html = await ReportRenderer.RenderAsync(report);
        var root = Html.Parse(html);
        var marks = Html.All(root, "mark").ToArray();
        Assert.Equal(["<b>", " c"], marks.Select(mark => mark.Value));
        Assert.Equal(["adds", "takes"], marks.Select(mark => (string?)mark.Attribute("class")));
        Assert.Equal("--tint:0.75", (string?)marks[0].Attribute("style"));
        Assert.Equal("score falls by 0.2 without it", (string?)marks[0].Attribute("title"));
        Assert.Equal("a <b> c d", Html.WithClass(root, "shaded").Single().Value);
        Assert.Contains("known <i> one", Html.WithClass(root, "neighbours").Single().Value, StringComparison.Ordinal);
        Assert.Contains("row 3 of the fit data", root.Value, StringComparison.Ordinal);
        Assert.Single(Html.WithClass(root, "outside"));
        Assert.Contains("p = 0.016", root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_over_the_stream_is_a_curve_that_ends_where_the_alarm_is()
    {
        double[] evidence = [.. Enumerable.Range(0, 4000).Select(i => i < 3000 ? 0 : (i - 3000) / 100.0)];
        var report = SampleReports.Score() with { Drift = new DriftPicture(evidence, 2, 3200, "drift: the inputs have moved; noticed at sample 3200 of 4000") };
        var root = Html.Parse(await ReportRenderer.RenderAsync(report));
        var section = Html.All(root, "section").Single(section => (string?)section.Attribute("id") == "drift");
        Assert.Contains("noticed at sample 3200 of 4000.", section.Value, StringComparison.Ordinal);
        Assert.Equal(2, Html.WithClass(Html.WithClass(section, "wide").Single(), "line").Count());
        Assert.True(section.ToString().Length < 60_000);
        Assert.DoesNotContain(Html.All(Html.Parse(await ReportRenderer.RenderAsync(SampleReports.Score())), "section"), other => (string?)other.Attribute("id") == "drift");
    }

    [Fact]
    public async Task Where_groups_have_thresholds_of_their_own_the_count_is_given()
    {
        var report = SampleReports.Score();
        var root = Html.Parse(await ReportRenderer.RenderAsync(report with { Detectors = [report.Detectors[0] with { Flagged = 77 }] }));
        Assert.Contains("77 of 501 questions", root.Value, StringComparison.Ordinal);
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
