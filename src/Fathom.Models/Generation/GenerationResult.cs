namespace Fathom.Models.Generation;

/// <summary>A finished continuation.</summary>
public sealed record GenerationResult
{
    /// <summary>Place of the prompt in the call, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Ids of the prompt.</summary>
    public required int[] PromptTokens { get; init; }

    /// <summary>Ids generated, the end token included.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>The text without special tokens and without the stop string; empty for a model without tokenizer.</summary>
    public required string Text { get; init; }

    /// <summary>Natural log-probability of every token under the model's own distribution.</summary>
    public required double[] LogProbabilities { get; init; }

    /// <summary>Entropy in nats of the distribution each token was taken from.</summary>
    public required double[] Entropies { get; init; }

    /// <summary>Largest probability of the distribution each token was taken from.</summary>
    public required double[] MaxProbabilities { get; init; }

    /// <summary>Why it ended.</summary>
    public required FinishReason Finish { get; init; }
}
