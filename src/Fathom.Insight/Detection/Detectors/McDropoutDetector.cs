using System.Globalization;
using System.Text.Json.Nodes;
using Fathom.Models.Tracing;

namespace Fathom.Insight.Detection;

/// <summary>
/// Monte-Carlo dropout, a baseline of the TV score's paper: the population variance, over passes with dropout, of the output's mean
/// token log-probability: <c>mc_dropout</c>. The traces must have been made with the same <see cref="Options"/>.
/// </summary>
public sealed record McDropoutDetector : DetectorDefinition
{
    /// <summary>A detector over passes with these options; default: 10 passes, rate 0.1.</summary>
    public McDropoutDetector(DropoutOptions? options = null, string name = "mc_dropout")
        : base(name) => Options = options ?? new DropoutOptions();

    /// <summary>How the passes are made.</summary>
    public DropoutOptions Options { get; init; }

    /// <inheritdoc/>
    public override string Kind => "mc_dropout";

    /// <inheritdoc/>
    public override string Description => string.Create(CultureInfo.InvariantCulture, $"thinned models disagree how probable the output is (variance over {Options.Passes} passes with dropout of {Options.Rate})");

    /// <inheritdoc/>
    public override DropoutOptions RequiredDropout => Options;

    /// <inheritdoc/>
    public override void Validate(TraceOrigin origin)
    {
        base.Validate(origin);
        Options.Validate();
    }

    /// <inheritdoc/>
    public override bool LooksAtOutput => true;

    internal override FittedDetector Build(FitState state) => new FittedMcDropout(this, state);

    internal override JsonObject Settings() => new()
    {
        ["passes"] = Options.Passes,
        ["rate"] = Options.Rate,
        ["sites"] = DropoutSiteNames.NameOf(Options.Sites),
        ["seed"] = Options.Seed.ToString(CultureInfo.InvariantCulture),
    };

    internal static McDropoutDetector Read(string name, SettingsReader settings)
    {
        var seed = settings.Text("seed");
        return new McDropoutDetector(
            new DropoutOptions
            {
                Passes = settings.Integer("passes"),
                Rate = settings.Number("rate"),
                Sites = DropoutSiteNames.Parse(settings.Text("sites")),
                Seed = ulong.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw new FathomException($"detector '{name}': seed '{seed}'; expected a whole number below 2^64"),
            },
            name);
    }
}
