namespace Fathom.Training.Recipes;

/// <summary>How samples are put together.</summary>
public sealed record BatchRecipe
{
    /// <summary>Sequences a step where neither number is said.</summary>
    public const int DefaultSequences = 32;

    /// <summary>Sequences a step; either this or <see cref="Tokens"/>. Default 32 where neither is said.</summary>
    public int? Sequences { get; init; }

    /// <summary>Tokens a step at most, sequences packed end to end.</summary>
    public int? Tokens { get; init; }

    /// <summary>Tokens computed at once at most: what bounds memory. Default 2,048.</summary>
    public int MaxTokensPerMicroBatch { get; init; } = 2048;

    /// <summary>Whether to keep only each block's input and run the block again on the way back: the same bits in much less memory, about a third more time. Default false.</summary>
    public bool ActivationCheckpointing { get; init; }

    /// <summary>
    /// Whether the tokens that all prompts begin with (the template's) are computed once a batch instead of once a sample: the same
    /// losses, faster; with dropout they draw one mask a batch. Learning from answers alone. Default false.
    /// </summary>
    public bool SharePrefix { get; init; }

    /// <summary>Whether every pass goes through the data in another order. Default true.</summary>
    public bool Shuffle { get; init; } = true;
}
