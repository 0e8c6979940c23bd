using System.Text.Json.Nodes;
using Fathom.Insight.Evaluation;

namespace Fathom.Insight.Diagnosis;

/// <summary>The papers' claims about how a model treats what it knows and what it does not, measured on several sets.</summary>
/// <param name="InDistribution">The in-distribution set.</param>
/// <param name="OutOfDistribution">The other sets.</param>
/// <param name="Endpoints">Distances between the sets; <see langword="null"/> with one set alone.</param>
public sealed record DiagnosisResult(SetDiagnosis InDistribution, IReadOnlyList<SetDiagnosis> OutOfDistribution, EndpointResult? Endpoints)
{
    /// <summary>All sets, the in-distribution one first.</summary>
    public IReadOnlyList<SetDiagnosis> Sets => [InDistribution, .. OutOfDistribution];

    /// <summary>The number of output tokens every set has: where mode collapse is compared.</summary>
    public long EqualTokens => Sets.Min(static set => set.Collapse.Total.Tokens);

    /// <summary>
    /// How many of the other sets the claim of early stabilisation holds for: S_late of the in-distribution set is lower, the last
    /// entry left out.
    /// </summary>
    public int SettlesLaterThanInDistribution => OutOfDistribution.Count(set => set.Stabilisation.LateShareWithoutLast > InDistribution.Stabilisation.LateShareWithoutLast);

    /// <summary>As results are written: snake_case, NaN as null.</summary>
    public JsonObject ToJson() => new()
    {
        ["id"] = InDistribution.Name,
        ["equal_tokens"] = EqualTokens,
        ["sets"] = new JsonArray([.. Sets.Select(set => (JsonNode)SetJson(set))]),
        ["endpoint_convergence"] = Endpoints is not { } endpoints ? null : new JsonObject
        {
            ["sets"] = endpoints.Domains,
            ["first"] = Number(endpoints.First),
            ["before_last"] = Number(endpoints.BeforeLast),
            ["last"] = Number(endpoints.Last),
            ["ratio"] = Number(endpoints.Ratio),
            ["ratio_before_last"] = Number(endpoints.RatioBeforeLast),
        },
        ["settles_later_than_id"] = SettlesLaterThanInDistribution,
    };

    private JsonObject SetJson(SetDiagnosis set) => new()
    {
        ["set"] = set.Name,
        ["count"] = set.Stabilisation.Count,
        ["early_stabilisation"] = new JsonObject
        {
            ["late_share"] = Number(set.Stabilisation.LateShare),
            ["late_share_without_last"] = Number(set.Stabilisation.LateShareWithoutLast),
            ["joint_volatility"] = Number(set.Stabilisation.JointVolatility),
            ["step_lengths"] = CurveJson(set.Stabilisation.Curve),
        },
        ["mode_collapse"] = CollapseJson(set.Collapse.Total),
        ["mode_collapse_at_equal_tokens"] = CollapseJson(set.Collapse.After(EqualTokens)),
        ["isotropy"] = set.Isotropy is not { } isotropy ? null : new JsonObject
        {
            ["mean_cosine"] = Number(isotropy.MeanCosine),
            ["log_partition_ratio"] = Number(isotropy.LogPartitionRatio),
            ["partition_ratio"] = Number(isotropy.PartitionRatio),
            ["top_variance_share"] = Number(isotropy.TopShare),
            ["participation_ratio"] = Number(isotropy.ParticipationRatio),
        },
    };

    private static JsonObject? CurveJson(LayerCurve? curve) => curve is null ? null : new JsonObject
    {
        ["first_layer"] = curve.FirstLayer,
        ["mean"] = new JsonArray([.. curve.Mean.Select(Number)]),
        ["std"] = new JsonArray([.. curve.StandardDeviation.Select(Number)]),
    };

    private static JsonObject CollapseJson(ModeCollapse collapse) => new()
    {
        ["tokens"] = collapse.Tokens,
        ["distinct"] = collapse.Distinct,
        ["repetition_rate"] = Number(collapse.RepetitionRate),
        ["vocabulary_coverage"] = Number(collapse.VocabularyCoverage),
    };

    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
