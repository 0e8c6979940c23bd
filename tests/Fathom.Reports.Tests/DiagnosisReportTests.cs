namespace Fathom.Reports.Tests;

public sealed class DiagnosisReportTests
{
    [Fact]
    public async Task Every_trajectory_and_table_is_there_and_names_are_only_text()
    {
        double[] layers = [1, 2, 3];
        var report = new DiagnosisReport
        {
            Title = "Diagnosis",
            Progress = new ReportProgress(3, 3, ReportState.Complete),
            Trajectories = [new LayerTrajectory("Settling", "step length", new LayerBand("id", layers, [1, 2, 1], [0.1, 0.1, 0.1]), [new LayerBand("<i>ood", layers, [1, 3, 3], [])])],
            Tables = [new NumberTable("Repetition", "How often.", ["set", "rate"], [["id", "0.9"], ["<i>ood", "0.2"]])],
        };
        var text = await ReportRenderer.RenderAsync(report);
        var root = Html.Parse(text);
        Assert.Single(Html.WithClass(root, "trajectory"));
        Assert.Single(Html.WithClass(root, "diagnosis"));
        Assert.Contains("How often.", root.Value, StringComparison.Ordinal);
        Assert.Contains("0.2", root.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", text, StringComparison.Ordinal);
        Assert.Equal(text, await ReportRenderer.RenderAsync(report));
    }

    [Fact]
    public async Task Before_the_first_number_it_is_a_page_too() =>
        Assert.Contains("No numbers yet", await ReportRenderer.RenderAsync(new DiagnosisReport { Title = "t", Progress = new ReportProgress(0, 9, ReportState.Running) }), StringComparison.Ordinal);
}
