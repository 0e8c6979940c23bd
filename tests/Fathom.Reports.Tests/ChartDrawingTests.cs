using Fathom.Reports.Charts;
using Microsoft.AspNetCore.Components;

namespace Fathom.Reports.Tests;

public sealed class ChartDrawingTests
{
    [Fact]
    public Task Line_chart_with_a_gap_a_lonely_point_and_a_band() => Draw<LineChart>("line.svg", new()
    {
        ["Title"] = "Two sets",
        ["Description"] = "A small drawing.",
        ["XTitle"] = "layer",
        ["YTitle"] = "value",
        ["Series"] = (ChartSeries[])
        [
            new("known", [0, 1, 2, 3], [1, 2, 3, 4], [1, 1, 1, 1], "id"),
            new("foreign", [0, 1, 2, 3], [2, 4, double.NaN, 8], [], "ood"),
        ],
    });

    [Fact]
    public Task Roc_chart() => Draw<RocChart>("roc.svg", new()
    {
        ["Title"] = "A curve",
        ["Curve"] = new RocCurve("s", [0, 0, 0.5, 1], [0, 0.5, 1, 1], 0.875),
    });

    [Fact]
    public Task Histogram_with_a_threshold()
    {
        var known = new ScoreSet("known", [1, 1, 2, 3]);
        var foreign = new ScoreSet("foreign", [3, 4, 4, 5]);
        return Draw<HistogramChart>("histogram.svg", new()
        {
            ["Title"] = "Two sets",
            ["Sets"] = (HistogramSet[])[new(known, "id"), new(foreign, "ood")],
            ["Bins"] = ScoreBins.For([known, foreign], 4),
            ["Threshold"] = 2.5,
        });
    }

    [Fact]
    public Task Bars_up_and_down() => Draw<BarChart>("bars.svg", new()
    {
        ["Title"] = "Layers",
        ["Values"] = (double[])[1, -2, double.NaN, 4],
        ["First"] = 1,
    });

    private static async Task Draw<TComponent>(string name, Dictionary<string, object?> parameters)
        where TComponent : IComponent
    {
        var svg = await ReportRenderer.RenderComponentAsync<TComponent>(parameters);
        Html.Parse(svg);
        Approved.Matches(name, svg);
    }
}
