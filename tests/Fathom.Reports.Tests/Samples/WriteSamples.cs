namespace Fathom.Reports.Tests.Samples;

/// <summary>Writes the sample reports for looking at, where <c>FATHOM_REPORT_SAMPLES</c> names a folder; else only renders them.</summary>
public sealed class WriteSamples
{
    [Fact]
    public async Task Samples_render_and_can_be_written_for_looking_at()
    {
        var folder = Environment.GetEnvironmentVariable("FATHOM_REPORT_SAMPLES");
        var full = SampleReports.Evaluation();
        var small = SampleReports.Evaluation(3, 2, 80) with
        {
            Progress = new ReportProgress(740, 2600, ReportState.Running, Activity: "generating answers for GSM8K_X"),
            Warnings = [],
        };
        var empty = new EvaluationReport
        {
            Title = "Which questions lie outside what SmolLM2 knows?",
            Progress = new ReportProgress(12, 2600, ReportState.Running, Activity: "fitting on MultiArith_X"),
        };
        var pages = new Dictionary<string, string>
        {
            ["evaluation.html"] = await ReportRenderer.RenderAsync(full),
            ["small.html"] = await ReportRenderer.RenderAsync(small),
            ["empty.html"] = await ReportRenderer.RenderAsync(empty),
            ["score.html"] = await ReportRenderer.RenderAsync(SampleReports.Score()),
        };
        Assert.All(pages.Values, page => Assert.EndsWith("</html>", page.TrimEnd(), StringComparison.Ordinal));
        if (!string.IsNullOrEmpty(folder))
        {
            Directory.CreateDirectory(folder);
            foreach (var (name, page) in pages)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, name), page);
            }
        }
    }
}
