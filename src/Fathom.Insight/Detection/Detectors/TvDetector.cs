using System.Text.Json.Nodes;
using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>TV score of one order: <c>tv0</c> to <c>tv5</c>, <c>tv0_reference</c> to <c>tv5_reference</c>, and with full covariances <c>tv0_ledoit_wolf</c>, <c>tv0_ridge</c> and on.</summary>
public sealed record TvDetector : DetectorDefinition
{
    /// <summary>A detector with these settings; the name defaults to <c>tvK</c>, or <c>tvK_reference</c> for the reference profile.</summary>
    public TvDetector(TvOptions options, string? name = null)
        : base(name ?? DefaultName(options)) => Options = options;

    /// <summary>The settings.</summary>
    public TvOptions Options { get; }

    /// <inheritdoc/>
    public override string Kind => "tv";

    /// <inheritdoc/>
    public override string Description => $"the distance to the in-distribution Gaussian changes unevenly over the layers (order {Options.Order}{(Options.Covariance == LayerCovarianceRule.Diagonal ? "" : ", full covariance, " + SettingsReader.Word(Options.Covariance))})";

    /// <inheritdoc/>
    public override IReadOnlyList<Pooling> RequiredPoolings => [Options.Pooling];

    internal override IReadOnlyList<StatisticKey> RequiredStatistics => Options.Covariance != LayerCovarianceRule.Diagonal ? [CovariancesKey]
        : Options.VarianceRule == VarianceRule.Empirical && Options.Order > 0 ? [LayersKey, DifferencesKey] : [LayersKey];

    private MomentsKey LayersKey => new(Options.Pooling);

    private LayerCovariancesKey CovariancesKey => new(Options.Pooling);

    private MomentsKey DifferencesKey => new(Options.Pooling, Order: Options.Order);

    /// <inheritdoc/>
    public override void Validate(TraceOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        base.Validate(origin);
        _ = Options.Layers(origin.Entries);
        if (Options.Pooling == Pooling.ReferenceCode && origin.MaxNewTokens < TraceChecks.ReferenceSteps)
        {
            throw new FathomException($"detector '{Name}': max_new_tokens {origin.MaxNewTokens}; the reference pooling needs at least {TraceChecks.ReferenceSteps} (its code generates 16)");
        }
    }

    internal override FittedDetector Build(FitState state)
    {
        if (Options.Covariance != LayerCovarianceRule.Diagonal)
        {
            return new FittedTv(this, state, new TrajectoryVolatility(((LayerCovariances)state.Statistics[CovariancesKey]).Covariance, Options));
        }

        var gaussian = state.Gaussian(LayersKey);
        var differences = Options.VarianceRule != VarianceRule.Empirical ? null : Options.Order == 0 ? gaussian : state.Gaussian(DifferencesKey);
        return new FittedTv(this, state, new TrajectoryVolatility(gaussian, Options, differences));
    }

    internal override JsonObject Settings()
    {
        var json = Published();
        if (Options.Covariance == LayerCovarianceRule.Diagonal) return json;
        json["covariance"] = SettingsReader.Word(Options.Covariance);
        json["ridge"] = Options.Ridge;
        return json;
    }

    private JsonObject Published() => new()
    {
        ["order"] = Options.Order,
        ["pooling"] = PoolingNames.NameOf(Options.Pooling),
        ["first_layer"] = Options.FirstLayer,
        ["variance_rule"] = SettingsReader.Word(Options.VarianceRule),
        ["distance"] = SettingsReader.Word(Options.Distance),
        ["floor"] = Options.Floor,
        ["window"] = SettingsReader.Word(Options.Window),
        ["max_order"] = Options.MaxOrder,
        ["decimals"] = Options.Decimals,
    };

    internal static TvDetector Read(string name, SettingsReader settings) => new(
        new TvOptions
        {
            Order = settings.Integer("order"),
            Pooling = PoolingNames.Parse(settings.Text("pooling")),
            FirstLayer = settings.Integer("first_layer"),
            VarianceRule = settings.Choice<VarianceRule>("variance_rule"),
            Distance = settings.Choice<LayerDistance>("distance"),
            Floor = settings.Number("floor"),
            Window = settings.Choice<LayerWindow>("window"),
            MaxOrder = settings.Integer("max_order"),
            Decimals = settings.OptionalInteger("decimals"),
            Covariance = settings.Has("covariance") ? settings.Choice<LayerCovarianceRule>("covariance") : LayerCovarianceRule.Diagonal,
            Ridge = settings.Has("covariance") ? settings.Number("ridge") : DefaultRidge,
        },
        name);

    private const double DefaultRidge = 0.01;

    private static string DefaultName(TvOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return $"tv{options.Order}"
            + (options.Window == LayerWindow.Reference ? "_reference" : "")
            + (options.Covariance == LayerCovarianceRule.Diagonal ? "" : "_" + SettingsReader.Word(options.Covariance));
    }
}
