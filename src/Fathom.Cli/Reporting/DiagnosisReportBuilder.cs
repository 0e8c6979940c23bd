using System.Globalization;
using Fathom.Cli.Output;
using Fathom.Insight.Diagnosis;
using Fathom.Reports;

namespace Fathom.Cli.Reporting;

/// <summary>Puts a diagnosis into the report's words.</summary>
internal static class DiagnosisReportBuilder
{
    public static DiagnosisReport Build(DiagnosisReport frame, DiagnosisResult result) => frame with
    {
        Summary = result.OutOfDistribution.Count == 0 ? "" : $"{result.SettlesLaterThanInDistribution} of {result.OutOfDistribution.Count} other sets settle later in the network than {result.InDistribution.Name}, as the paper of the TV score claims of all.",
        Trajectories = [Steps(result)],
        Tables = [Settling(result), Collapse(result), Isotropy(result), .. result.Endpoints is { } endpoints ? [Endpoints(endpoints)] : Array.Empty<NumberTable>()],
    };

    private static LayerTrajectory Steps(DiagnosisResult result) => new(
        "How far the hidden state moves from layer to layer",
        "length of the step to this layer",
        Band(result.InDistribution),
        [.. result.OutOfDistribution.Select(Band)]);

    private static LayerBand Band(SetDiagnosis set)
    {
        var curve = set.Stabilisation.Curve!;
        return new LayerBand(set.Name, [.. Enumerable.Range(curve.FirstLayer, curve.Mean.Count).Select(layer => (double)layer)], curve.Mean, curve.StandardDeviation);
    }

    private static NumberTable Settling(DiagnosisResult result) => new(
        "Early stabilisation",
        "S_late is the mean of the curve's last quarter over its maximum: low where the state has settled. The claim is that it is lower for what the model knows. The last layer is also left out, since the final norm changes its scale.",
        ["set", "samples", "S_late", "S_late without the last layer", "joint volatility"],
        [.. result.Sets.Select(set => Row(set.Name, set.Stabilisation.Count, set.Stabilisation.LateShare, set.Stabilisation.LateShareWithoutLast, set.Stabilisation.JointVolatility))]);

    private static NumberTable Collapse(DiagnosisResult result) => new(
        "Mode collapse",
        $"How the generated texts repeat themselves: N tokens, n different ones, gamma = 1 - n/N, eta = n over the vocabulary. Gamma grows with N for any text, so sets are compared at the {result.EqualTokens.ToString("N0", CultureInfo.InvariantCulture)} tokens all of them have.",
        ["set", "N", "n", "gamma", "eta", "n at equal N", "gamma at equal N"],
        [.. result.Sets.Select(set =>
        {
            var (total, equal) = (set.Collapse.Total, set.Collapse.After(result.EqualTokens));
            return Row(set.Name, total.Tokens, total.Distinct, total.RepetitionRate, total.VocabularyCoverage, equal.Distinct, equal.RepetitionRate);
        })]);

    private static NumberTable Isotropy(DiagnosisResult result) => new(
        "Isotropy of the embeddings",
        "Whether the last states of the prompts point in all directions: mean cosine of all pairs (0 = isotropic), partition ratio and its logarithm (1 and 0 = isotropic), share of the variance along the first direction, participation ratio (how many directions count).",
        ["set", "mean cosine", "partition ratio", "its logarithm", "first direction", "participation ratio"],
        [.. result.Sets.Where(set => set.Isotropy is not null).Select(set => Row(set.Name, set.Isotropy!.MeanCosine, set.Isotropy.PartitionRatio, set.Isotropy.LogPartitionRatio, set.Isotropy.TopShare, set.Isotropy.ParticipationRatio))]);

    private static NumberTable Endpoints(EndpointResult endpoints) => new(
        "Endpoint convergence",
        "Mean distance between samples of different sets over the mean length of the states. A ratio of last to first layer below 1 means that the sets come together.",
        ["", "layer 1", "before the final norm", "last", "ratio", "ratio before the norm"],
        [Row($"{endpoints.Domains} sets", endpoints.First, endpoints.BeforeLast, endpoints.Last, endpoints.Ratio, endpoints.RatioBeforeLast)]);

    private static string[] Row(string name, params double[] values) =>
        [name, .. values.Select(value => value == Math.Floor(value) && Math.Abs(value) < 1e15 ? value.ToString("N0", CultureInfo.InvariantCulture) : TextTable.Cell(value))];
}
