using System.Text.Json.Nodes;

namespace Fathom.Insight.Detection;

/// <summary>Perplexity of the output under the model: <c>perplexity</c>.</summary>
public sealed record PerplexityDetector : DetectorDefinition
{
    /// <summary>The detector.</summary>
    public PerplexityDetector(string name = "perplexity")
        : base(name)
    {
    }

    /// <inheritdoc/>
    public override string Kind => "perplexity";

    /// <inheritdoc/>
    public override string Description => "the output is improbable under the model (exp of the mean negative log-probability)";

    /// <inheritdoc/>
    public override bool LooksAtOutput => true;

    internal override FittedDetector Build(FitState state) => new FittedPerplexity(this, state);

    internal override JsonObject Settings() => [];

    internal static PerplexityDetector Read(string name, SettingsReader settings)
    {
        _ = settings;
        return new PerplexityDetector(name);
    }
}
