using System.Text.Json.Nodes;
using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// Squared Mahalanobis distance of the last entry's pooled state to a diagonal Gaussian: <c>input_embedding</c> (mean over the
/// prompt) and <c>output_embedding</c> (mean over the output).
/// </summary>
public sealed record EmbeddingDetector : DetectorDefinition
{
    /// <summary>A detector of one pooling.</summary>
    /// <param name="pooling">Positions averaged.</param>
    /// <param name="floor">Least variance, 0 = none; default 1e-12.</param>
    /// <param name="name">Name; defaults to <c>input_embedding</c> or <c>output_embedding</c>, otherwise the pooling with <c>_embedding</c>.</param>
    public EmbeddingDetector(Pooling pooling, double floor = 1e-12, string? name = null)
        : base(name ?? DefaultName(pooling))
    {
        Pooling = pooling;
        Floor = floor;
    }

    /// <summary>Positions averaged.</summary>
    public Pooling Pooling { get; }

    /// <summary>Least variance.</summary>
    public double Floor { get; }

    /// <inheritdoc/>
    public override string Kind => "embedding";

    /// <inheritdoc/>
    public override string Description => $"the last hidden state ({PoolingNames.NameOf(Pooling)}) is far from those of the fit samples (diagonal Mahalanobis distance, squared)";

    /// <inheritdoc/>
    public override IReadOnlyList<Pooling> RequiredPoolings => [Pooling];

    internal override IReadOnlyList<StatisticKey> RequiredStatistics => [Key];

    private MomentsKey Key => new(Pooling, LastOnly: true);

    /// <inheritdoc/>
    public override void Validate(TraceOrigin origin)
    {
        base.Validate(origin);
        if (!(Floor >= 0 && double.IsFinite(Floor))) throw new FathomException($"detector '{Name}': floor {Floor}; expected 0 or more");
    }

    internal override FittedDetector Build(FitState state) => new FittedEmbedding(this, state, state.Gaussian(Key));

    internal override JsonObject Settings() => new() { ["pooling"] = PoolingNames.NameOf(Pooling), ["floor"] = Floor };

    internal static EmbeddingDetector Read(string name, SettingsReader settings) =>
        new(PoolingNames.Parse(settings.Text("pooling")), settings.Number("floor"), name);

    private static string DefaultName(Pooling pooling) => pooling switch
    {
        Pooling.PromptMean => "input_embedding",
        Pooling.OutputTokens => "output_embedding",
        _ => PoolingNames.NameOf(pooling) + "_embedding",
    };
}
