using System.Text.Json.Nodes;

namespace Fathom.Insight.Detection;

/// <summary>The control: number of prompt tokens. A detector that does no better only measures length: <c>length</c>.</summary>
public sealed record LengthDetector : DetectorDefinition
{
    /// <summary>The control.</summary>
    public LengthDetector(string name = "length")
        : base(name)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "length";

    /// <inheritdoc/>
    public override string Description => "the prompt is long (control: number of prompt tokens)";

    internal override FittedDetector Build(FitState state) => new FittedLength(this, state);

    internal override JsonObject Settings() => [];

    internal static LengthDetector Read(string name, SettingsReader settings)
    {
        _ = settings;
        return new LengthDetector(name);
    }
}
