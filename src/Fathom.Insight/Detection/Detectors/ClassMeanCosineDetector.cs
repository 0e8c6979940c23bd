using System.Text.Json.Nodes;
using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// Largest cosine of the last entry's state to a class mean, negated: <c>cosine_class_mean</c>. Keeps one vector a class where
/// <c>cosine</c> keeps one a sample.
/// </summary>
public sealed record ClassMeanCosineDetector : DetectorDefinition
{
    /// <summary>A detector of one pooling; default the last prompt token.</summary>
    public ClassMeanCosineDetector(Pooling pooling = Pooling.PromptLast, string name = "cosine_class_mean")
        : base(name) => Pooling = pooling;

    /// <summary>Positions averaged.</summary>
    public Pooling Pooling { get; }

    /// <inheritdoc/>
    public override string Kind => "cosine_class_mean";

    /// <inheritdoc/>
    public override string Description => $"no class lies in the same direction (last hidden state, {PoolingNames.NameOf(Pooling)}; largest cosine to a class mean, negated)";

    /// <inheritdoc/>
    public override IReadOnlyList<Pooling> RequiredPoolings => [Pooling];

    /// <inheritdoc/>
    public override bool NeedsLabels => true;

    internal override IReadOnlyList<StatisticKey> RequiredStatistics => [Key];

    private ClassMeansKey Key => new(Pooling);

    internal override FittedDetector Build(FitState state) => new FittedClassMeanCosine(this, state, (ClassMeans)state.Statistics[Key]);

    internal override JsonObject Settings() => new() { ["pooling"] = PoolingNames.NameOf(Pooling) };

    internal static ClassMeanCosineDetector Read(string name, SettingsReader settings) => new(PoolingNames.Parse(settings.Text("pooling")), name);
}
