using System.Text.Json.Nodes;
using Fathom.Cli.Output;
using Fathom.Insight.Metrics;
using Fathom.Reports;

namespace Fathom.Cli.Experiments;

/// <summary>One measure over the repetitions.</summary>
/// <param name="Values">One a seed.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation; NaN for one.</param>
/// <param name="Interval">95 %: Student's over seeds, or the bootstrap's of the one.</param>
internal sealed record SeedEstimate(IReadOnlyList<double> Values, double Mean, double Deviation, Interval Interval)
{
    /// <summary>For the report.</summary>
    public Estimate ToEstimate() => new(Mean, Interval.Low, Interval.High);

    /// <summary>For <c>result.json</c>; NaN becomes null.</summary>
    public JsonObject ToJson() => new()
    {
        ["mean"] = JsonText.Number(Mean),
        ["std"] = JsonText.Number(Deviation),
        ["interval"] = new JsonArray(JsonText.Number(Interval.Low), JsonText.Number(Interval.High)),
        ["seeds"] = new JsonArray([.. Values.Select(static value => JsonText.Number(value))]),
    };
}
