using System.Text.Json.Nodes;

namespace Fathom.Insight.Detection;

/// <summary>
/// Detectors over the distribution after the last prompt token: <c>softmax</c>, <c>softmax_classes</c> and <c>energy</c> over the
/// classes' first tokens, which the traces must have kept, <c>full_softmax</c> and <c>entropy</c> over the whole vocabulary.
/// </summary>
public sealed record LogitDetector : DetectorDefinition
{
    /// <summary>A detector; its name defaults to the score's.</summary>
    public LogitDetector(LogitScore score, string? name = null)
        : base(name ?? SettingsReader.Word(score)) => Score = score;

    /// <summary>What is computed.</summary>
    public LogitScore Score { get; }

    /// <inheritdoc/>
    public override string Kind => "logits";

    /// <inheritdoc/>
    public override string Description => Score switch
    {
        LogitScore.Softmax => "no class name is probable as the next word (largest probability over the vocabulary, negated)",
        LogitScore.SoftmaxClasses => "no class is much more probable than the others (largest probability over the classes, negated)",
        LogitScore.Energy => "the class names have low logits (log-sum-exp, negated)",
        LogitScore.FullSoftmax => "no next word is probable (largest probability, negated)",
        _ => "the model is unsure how to go on (entropy of the next word)",
    };

    /// <inheritdoc/>
    public override bool NeedsClassLogits => Score is LogitScore.Softmax or LogitScore.SoftmaxClasses or LogitScore.Energy;

    /// <inheritdoc/>
    public override void Validate(TraceOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        base.Validate(origin);
        if (!Enum.IsDefined(Score)) throw new FathomException($"detector '{Name}': score {Score} is unknown");
        if (NeedsClassLogits && origin.ClassTokens.Length == 0)
        {
            throw new FathomException($"detector '{Name}' needs the logits of the classes' first tokens, but the traces name no class: trace labelled data with class tokens");
        }
    }

    internal override FittedDetector Build(FitState state) => new FittedLogits(this, state);

    internal override JsonObject Settings() => new() { ["score"] = SettingsReader.Word(Score) };

    internal static LogitDetector Read(string name, SettingsReader settings) => new(settings.Choice<LogitScore>("score"), name);
}
