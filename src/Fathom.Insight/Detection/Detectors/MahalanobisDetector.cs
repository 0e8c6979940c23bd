using System.Text.Json.Nodes;
using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// Squared Mahalanobis distance of the last entry's state to the nearest class mean, under one full covariance: <c>mahalanobis</c>,
/// <c>mahalanobis_ridge</c>, <c>mahalanobis_ledoit_wolf</c> (labelled, last prompt token), and without labels
/// <c>input_embedding_ledoit_wolf</c> and <c>output_embedding_ledoit_wolf</c>.
/// </summary>
public sealed record MahalanobisDetector : DetectorDefinition
{
    /// <summary>A detector.</summary>
    /// <param name="rule">How the precision is made.</param>
    /// <param name="pooling">Positions averaged; default the last prompt token.</param>
    /// <param name="labelled">Whether there is a mean per label; otherwise one for all.</param>
    /// <param name="ridge">For the ridge rule: the share of the mean variance that is added; default 0.01.</param>
    /// <param name="name">Name; defaults to <c>mahalanobis</c> with the rule.</param>
    public MahalanobisDetector(CovarianceRule rule = CovarianceRule.Pinv, Pooling pooling = Pooling.PromptLast, bool labelled = true, double ridge = 0.01, string? name = null)
        : base(name ?? (rule == CovarianceRule.Pinv ? "mahalanobis" : $"mahalanobis_{SettingsReader.Word(rule)}"))
    {
        Rule = rule;
        Pooling = pooling;
        Labelled = labelled;
        Ridge = ridge;
    }

    /// <summary>How the precision is made.</summary>
    public CovarianceRule Rule { get; }

    /// <summary>Positions averaged.</summary>
    public Pooling Pooling { get; }

    /// <summary>Whether there is a mean per label.</summary>
    public bool Labelled { get; }

    /// <summary>Share of the mean variance the ridge rule adds.</summary>
    public double Ridge { get; }

    /// <inheritdoc/>
    public override string Kind => "mahalanobis";

    /// <inheritdoc/>
    public override string Description => $"the last hidden state ({PoolingNames.NameOf(Pooling)}) is far from {(Labelled ? "every class" : "the fit samples")} (full covariance, {SettingsReader.Word(Rule)})";

    /// <inheritdoc/>
    public override IReadOnlyList<Pooling> RequiredPoolings => [Pooling];

    /// <inheritdoc/>
    public override bool NeedsLabels => Labelled;

    internal override IReadOnlyList<StatisticKey> RequiredStatistics => [Key];

    private ClassGaussiansKey Key => new(Pooling, Labelled, Rule, Rule == CovarianceRule.Ridge ? Ridge : 0);

    /// <inheritdoc/>
    public override void Validate(TraceOrigin origin)
    {
        base.Validate(origin);
        if (!(Ridge > 0 && double.IsFinite(Ridge))) throw new FathomException($"detector '{Name}': ridge {Ridge}; expected a number above 0");
    }

    internal override FittedDetector Build(FitState state) => new FittedMahalanobis(this, state, (ClassGaussians)state.Statistics[Key]);

    internal override JsonObject Settings() => new()
    {
        ["rule"] = SettingsReader.Word(Rule),
        ["pooling"] = PoolingNames.NameOf(Pooling),
        ["labelled"] = Labelled ? 1 : 0,
        ["ridge"] = Ridge,
    };

    internal static MahalanobisDetector Read(string name, SettingsReader settings) => new(
        settings.Choice<CovarianceRule>("rule"),
        PoolingNames.Parse(settings.Text("pooling")),
        settings.Integer("labelled") != 0,
        settings.Number("ridge"),
        name);
}
