using System.Text.RegularExpressions;
using System.Xml.Linq;
using Fathom.Reports.Tests.Samples;

namespace Fathom.Reports.Tests;

public sealed partial class EvaluationReportTests
{
    [Fact]
    public async Task The_full_report_holds_every_part_and_every_drawing_has_its_words()
    {
        var report = SampleReports.Evaluation(11, 3, 60);
        var root = Html.Parse(await ReportRenderer.RenderAsync(report));
        var drawings = Html.WithClass(root, "chart").ToArray();

        // 3 detectors × 11 sets × (histogram + ROC), the trajectory and its 11 panels.
        Assert.Equal((3 * 11 * 2) + 1 + 11, drawings.Length);
        Assert.All(drawings, drawing =>
        {
            Assert.Equal("img", (string?)drawing.Attribute("role"));
            Assert.False(string.IsNullOrWhiteSpace((string?)drawing.Attribute("aria-label")));
            Assert.False(string.IsNullOrWhiteSpace(drawing.Elements().First(element => element.Name.LocalName == "title").Value));
            Assert.False(string.IsNullOrWhiteSpace(drawing.Elements().First(element => element.Name.LocalName == "desc").Value));
            Assert.DoesNotContain("NaN", string.Concat(drawing.DescendantsAndSelf().Attributes().Select(attribute => attribute.Value)), StringComparison.Ordinal);
        });
        Assert.Equal(3, Html.WithClass(root, "detector").Count());
        Assert.Single(Html.WithClass(root, "detector"), details => details.Attribute("open") is not null);
        Assert.Equal(report.Strangest.Count, Html.WithClass(root, "card").Count());
        Assert.Equal(11 * 3, Html.WithClass(root, "numbers").Where(table => table.Value.Contains("all numbers", StringComparison.Ordinal)).Sum(table => Html.All(table, "tr").Count() - 1));
        Assert.All(["AUROC", "FPR95"], word => Assert.Contains(Html.All(root, "dt"), term => term.Value == word));
        Assert.All(Html.All(root, "table"), table => Assert.NotEmpty(Html.All(table, "caption")));
        Assert.Contains("sound", root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_needs_nothing_from_elsewhere()
    {
        var html = await ReportRenderer.RenderAsync(SampleReports.Evaluation(2, 2, 30));
        Assert.DoesNotMatch(ElsewhereRegex(), html);
        var root = Html.Parse(html);
        Assert.Empty(Html.All(root, "script"));
        Assert.Empty(Html.All(root, "link"));
        Assert.DoesNotContain(root.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName is "src" or "href");
        Assert.StartsWith("<!DOCTYPE html>", html.TrimStart(), StringComparison.Ordinal);
        var ids = root.DescendantsAndSelf().Attributes("id").Select(id => id.Value).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public async Task Equal_reports_give_equal_files_without_a_time()
    {
        Assert.Equal(
            await ReportRenderer.RenderAsync(SampleReports.Evaluation(2, 2, 30)),
            await ReportRenderer.RenderAsync(SampleReports.Evaluation(2, 2, 30)));
        var dated = SampleReports.Evaluation(1, 1, 30) with { WrittenAt = new DateTimeOffset(2026, 11, 22, 9, 5, 0, TimeSpan.Zero) };
        Assert.Contains("Written 2026-11-22 09:05:00 +00:00.", await ReportRenderer.RenderAsync(dated), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ReportState.Running, "running", "fitting on A")]
    [InlineData(ReportState.Stopped, "stopped", "Run the same command again")]
    [InlineData(ReportState.Complete, "complete", "gave no results")]
    public async Task A_report_without_results_says_where_the_run_stands(ReportState state, string chip, string words)
    {
        var root = Html.Parse(await ReportRenderer.RenderAsync(new EvaluationReport
        {
            Title = "nothing yet",
            Progress = new ReportProgress(1, 1200, state, Activity: "fitting on A"),
        }));
        Assert.Equal(chip, Html.WithClass(root, "chip").Single().Value);
        Assert.Contains(words, root.Value, StringComparison.Ordinal);
        Assert.Contains("No results yet", root.Value, StringComparison.Ordinal);
        Assert.Empty(Html.All(root, "table"));
    }

    [Fact]
    public async Task Numbers_that_are_none_and_sets_that_are_empty_are_drawn_without_breaking()
    {
        double[][] odd = [[], [double.NaN], [double.PositiveInfinity, double.NegativeInfinity], [1], [2, 2, 2], [double.MaxValue, double.MinValue], [double.Epsilon, 0]];
        var sets = odd.Select((scores, i) => new ScoreSet($"odd{i}", scores)).ToArray();
        var report = new EvaluationReport
        {
            Title = "odd",
            Progress = new ReportProgress(5, 0, ReportState.Running),
            Results = [new ResultRow("d", "odd0", 0, 0, new Estimate(double.NaN, double.NaN, 1), new Estimate(double.PositiveInfinity), double.NaN, 0)],
            Detectors =
            [
                new DetectorScores("d") { InDistribution = sets[0], OutOfDistribution = sets, RocCurves = [.. odd.Select((values, i) => new RocCurve($"odd{i}", values, values))], FitVersusTest = new FitVersusTest(new Estimate(double.NaN), 0, 0), LengthCorrelation = double.NaN },
                .. odd.Select((_, i) => new DetectorScores($"one{i}") { OutOfDistribution = [sets[i]] }),
                new DetectorScores("nothing"),
            ],
            Trajectories = [.. odd.Select((values, i) => new LayerTrajectory($"t{i}", "q", new LayerBand("id", values, values, values), [new LayerBand("o", [0, 1, 2], [1, double.NaN, 3], [double.NaN]), new LayerBand("p", values, [], values)]) { Scale = (AxisScale)(i % 3) })],
            LengthBaselines = [new LengthBaseline("odd0", new Estimate(double.NaN))],
            Strangest = [.. odd.Select(values => new StrangeQuestion("", "", double.NaN) { LayerContributions = values })],
        };
        var root = Html.Parse(await ReportRenderer.RenderAsync(report));
        Assert.All(Html.All(root, "svg"), svg => Assert.DoesNotMatch(NotNumberRegex(), string.Join(' ', svg.DescendantsAndSelf().Attributes().Where(a => a.Name.LocalName != "aria-label").Select(a => a.Value))));
        Assert.Contains("1 score is not a finite number and is left out.", root.Value, StringComparison.Ordinal);
        Assert.Contains("5 questions so far", root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Controls_that_fail_are_called_out()
    {
        var report = SampleReports.Evaluation(2, 2, 30);
        report = report with
        {
            Detectors = [report.Detectors[0] with { FitVersusTest = new FitVersusTest(new Estimate(0.8), 30, 30) }, report.Detectors[1]],
            LengthBaselines = [new LengthBaseline(report.Results[0].Set, new Estimate(0.01)), new LengthBaseline(report.Results[1].Set, new Estimate(0.5))],
        };
        var bad = Html.WithClass(Html.Parse(await ReportRenderer.RenderAsync(report)), "bad").Select(cell => cell.Value);
        Assert.Equal(["suspicious", "length does as well"], bad);
    }

    [Fact]
    public async Task A_mean_is_shown_only_over_all_sets()
    {
        var report = SampleReports.Evaluation(3, 2, 30);
        var partly = report with { Results = [.. report.Results.Take(5)] };
        var heat = Html.WithClass(Html.Parse(await ReportRenderer.RenderAsync(partly)), "heat").First();
        var rows = Html.All(heat, "tr").Skip(1).ToArray();
        Assert.DoesNotContain("none", (string?)Html.All(rows[0], "td").Last().Attribute("class"), StringComparison.Ordinal);
        Assert.Equal("none", (string?)Html.All(rows[1], "td").Last().Attribute("class"));
    }

    [GeneratedRegex("(?i)//[a-z]|@import|url\\(", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex ElsewhereRegex();

    [GeneratedRegex("NaN|∞|Infinity|[0-9]E[+-]", RegexOptions.None, 2000)]
    private static partial Regex NotNumberRegex();
}
