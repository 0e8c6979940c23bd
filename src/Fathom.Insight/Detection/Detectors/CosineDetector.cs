using System.Text.Json.Nodes;
using Fathom.Insight.Detection.Statistics;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// Largest cosine of the last entry's state to those of the fit samples, negated ("How Good Are LLMs at Out-of-Distribution
/// Detection?", 2024): <c>cosine</c>.
/// </summary>
public sealed record CosineDetector : DetectorDefinition
{
    /// <summary>A detector of one pooling; default the last prompt token.</summary>
    public CosineDetector(Pooling pooling = Pooling.PromptLast, string name = "cosine")
        : base(name) => Pooling = pooling;

    /// <summary>Positions averaged.</summary>
    public Pooling Pooling { get; }

    /// <summary>How many of the largest cosines are averaged (fewer fit samples: all of them); default 1, as published.</summary>
    public int Top { get; init; } = 1;

    /// <inheritdoc/>
    public override string Kind => "cosine";

    /// <inheritdoc/>
    public override string Description => $"no fit sample points in the same direction (last hidden state, {PoolingNames.NameOf(Pooling)}; {(Top == 1 ? "largest cosine" : $"mean of the {Top} largest cosines")}, negated)";

    /// <inheritdoc/>
    public override IReadOnlyList<Pooling> RequiredPoolings => [Pooling];

    internal override IReadOnlyList<StatisticKey> RequiredStatistics => [Key];

    private BankKey Key => new(Pooling);

    internal override FittedDetector Build(FitState state) => new FittedCosine(this, state, state.Bank(Key));

    /// <inheritdoc/>
    public override void Validate(TraceOrigin origin)
    {
        base.Validate(origin);
        if (Top < 1) throw new FathomException($"detector '{Name}': the {Top} largest cosines; expected at least 1");
    }

    internal override JsonObject Settings()
    {
        var json = new JsonObject { ["pooling"] = PoolingNames.NameOf(Pooling) };
        if (Top != 1) json["top"] = Top;
        return json;
    }

    internal static CosineDetector Read(string name, SettingsReader settings) =>
        new(PoolingNames.Parse(settings.Text("pooling")), name) { Top = settings.Has("top") ? settings.Integer("top") : 1 };
}
