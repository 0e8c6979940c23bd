using System.Text.Json.Nodes;
using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// Largest cosine of the last entry's state to those of the fit samples, negated, in coordinates where the spread within the classes
/// is the same in every direction: <c>cosine_whitened</c>. What varies between texts of one class counts little there, what tells
/// classes apart counts much. Beyond the papers; the covariance within classes is Ledoit and Wolf's, the origin the mean of the class
/// means.
/// </summary>
public sealed record WhitenedCosineDetector : DetectorDefinition
{
    /// <summary>A detector of one pooling; default the last prompt token.</summary>
    public WhitenedCosineDetector(Pooling pooling = Pooling.PromptLast, string name = "cosine_whitened")
        : base(name) => Pooling = pooling;

    /// <summary>Positions averaged.</summary>
    public Pooling Pooling { get; }

    /// <inheritdoc/>
    public override string Kind => "cosine_whitened";

    /// <inheritdoc/>
    public override string Description => $"no fit sample differs from the mean in the same direction, measured by the spread within classes (last hidden state, {PoolingNames.NameOf(Pooling)})";

    /// <inheritdoc/>
    public override IReadOnlyList<Pooling> RequiredPoolings => [Pooling];

    /// <inheritdoc/>
    public override bool NeedsLabels => true;

    internal override IReadOnlyList<StatisticKey> RequiredStatistics => [BankKey, GaussiansKey];

    private BankKey BankKey => new(Pooling);

    private ClassGaussiansKey GaussiansKey => new(Pooling, Labelled: true, CovarianceRule.LedoitWolf, 0);

    internal override FittedDetector Build(FitState state) => new FittedWhitenedCosine(this, state, state.Bank(BankKey), ((ClassGaussians)state.Statistics[GaussiansKey]).Gaussian);

    internal override JsonObject Settings() => new() { ["pooling"] = PoolingNames.NameOf(Pooling) };

    internal static WhitenedCosineDetector Read(string name, SettingsReader settings) => new(PoolingNames.Parse(settings.Text("pooling")), name);
}
