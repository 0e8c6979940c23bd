using System.Text.Json.Nodes;

namespace Fathom.Insight.Detection;

/// <summary>Maximum softmax probability of the output tokens, negated: <c>msp</c>, <c>msp_min</c>, <c>msp_product</c>.</summary>
public sealed record MspDetector : DetectorDefinition
{
    /// <summary>A detector of this variant.</summary>
    public MspDetector(MspVariant variant = MspVariant.Mean, string? name = null)
        : base(name ?? (variant == MspVariant.Mean ? "msp" : $"msp_{SettingsReader.Word(variant)}")) => Variant = variant;

    /// <summary>How the tokens are put together.</summary>
    public MspVariant Variant { get; }

    /// <inheritdoc/>
    public override string Kind => "msp";

    /// <inheritdoc/>
    public override string Description => $"the model is unsure of its output tokens ({SettingsReader.Word(Variant)} of the maximum softmax probabilities, negated)";

    /// <inheritdoc/>
    public override bool LooksAtOutput => true;

    internal override FittedDetector Build(FitState state) => new FittedMsp(this, state);

    internal override JsonObject Settings() => new() { ["variant"] = SettingsReader.Word(Variant) };

    internal static MspDetector Read(string name, SettingsReader settings) => new(settings.Choice<MspVariant>("variant"), name);
}
