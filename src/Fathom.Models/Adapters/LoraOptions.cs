namespace Fathom.Models.Adapters;

/// <summary>
/// Which linear layers get low-rank updates and how strong they are, with the meaning PEFT gives them. Layers are named by
/// <see cref="TargetModules"/> or by <see cref="TargetPattern"/>, one of the two.
/// </summary>
public sealed record LoraOptions
{
    /// <summary>The word for every linear layer but the head.</summary>
    public const string AllLinear = "all-linear";

    /// <summary>Names of linear layers, whole (<c>model.layers.0.self_attn.q_proj</c>) or from a dot on (<c>q_proj</c>).</summary>
    public IReadOnlyList<string> TargetModules { get; init; } = [];

    /// <summary>A regular expression that must match a layer's whole name, or <c>all-linear</c>.</summary>
    public string? TargetPattern { get; init; }

    /// <summary>Rank r of the updates.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>The update's factor is alpha / r.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Probability with which an element of the update's input is dropped in training, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the factor is alpha / sqrt(r) instead (Kalajdzievski 2023, rank-stabilised LoRA).</summary>
    public bool RankStabilised { get; init; }

    /// <summary>Other ranks by regular expression, matched to the end of a layer's name from its start or after a dot; the first that matches counts.</summary>
    public IReadOnlyDictionary<string, int> RankPattern { get; init; } = new OrderedDictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Other alphas, in the same way.</summary>
    public IReadOnlyDictionary<string, double> AlphaPattern { get; init; } = new OrderedDictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Modules that are taught whole, as copies kept with the adapter: a plain end of the name, so <c>norm</c> takes every norm.</summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>What the base model is called in the adapter's file.</summary>
    public string? BaseModel { get; init; }

    /// <summary>PEFT's name of the kind of model: <c>CAUSAL_LM</c>, <c>SEQ_CLS</c> or <c>FEATURE_EXTRACTION</c>.</summary>
    public string TaskType { get; init; } = "CAUSAL_LM";
}
