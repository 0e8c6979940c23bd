namespace Fathom.Reports.Tests;

public sealed class TrainingReportTests
{
    [Fact]
    public async Task Every_chart_has_its_curves_and_a_legend_only_where_there_are_several()
    {
        double[] steps = [1, 2, 3];
        var report = new TrainingReport
        {
            Title = "Training: mine",
            Summary = "The loss went down.",
            Progress = new ReportProgress(3, 3, ReportState.Complete, "steps"),
            Charts =
            [
                new TrainingChart("Loss", "Means of steps.", "loss", [new("training loss", steps, [3, 2, 1], [0.1, 0.1, 0.1]), new("validation_loss", [3], [1.5], [])]),
                new TrainingChart("accuracy", "", "accuracy", [new("accuracy", [3], [0.5], [])]),
            ],
        };
        var root = Html.Parse(await ReportRenderer.RenderAsync(report));
        Assert.Equal(2, Html.WithClass(root, "training").Count());
        Assert.Single(Html.WithClass(root, "legend"));
        Assert.Contains(Html.WithClass(root, "band"), path => path.Name.LocalName == "path");
        Assert.Contains("The loss went down.", root.Value, StringComparison.Ordinal);
        Assert.Equal(await ReportRenderer.RenderAsync(report), await ReportRenderer.RenderAsync(report));
    }

    [Fact]
    public async Task Before_the_first_step_it_is_a_page_too()
    {
        var report = new TrainingReport { Title = "<b>", Progress = new ReportProgress(0, 9, ReportState.Running, "steps") };
        var text = await ReportRenderer.RenderAsync(report);
        Assert.Contains("No steps yet", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", text, StringComparison.Ordinal);
    }
}
