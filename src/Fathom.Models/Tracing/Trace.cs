namespace Fathom.Models.Tracing;

/// <summary>
/// What running a model on one sample left behind: token ids, numbers per generated token and the pooled hidden states.
/// Every detector is a function of traces.
/// </summary>
public sealed record Trace
{
    /// <summary>Place of the sample in its data set, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The sample's text as the data file has it (before the template).</summary>
    public required string Text { get; init; }

    /// <summary>The sample's label, where the data set has one.</summary>
    public string? Label { get; init; }

    /// <summary>Ids of the prompt, special tokens included.</summary>
    public required int[] PromptTokens { get; init; }

    /// <summary>Ids generated, up to and including the first end token.</summary>
    public required int[] OutputTokens { get; init; }

    /// <summary>The generated text, without special tokens.</summary>
    public required string Output { get; init; }

    /// <summary>Natural log-probability of every generated token.</summary>
    public required double[] LogProbabilities { get; init; }

    /// <summary>Entropy, in nats, of the distribution each token was taken from.</summary>
    public required double[] Entropies { get; init; }

    /// <summary>Largest probability of the distribution each token was taken from.</summary>
    public required double[] MaxProbabilities { get; init; }

    /// <summary>Mean natural log-probability of the output in every pass with dropout; <see langword="null"/> where none was asked for.</summary>
    public double[]? DropoutLogProbabilities { get; init; }

    /// <summary>
    /// Logits of the class tokens after the last prompt token, in the order of <see cref="TracerOptions.ClassTokens"/>;
    /// <see langword="null"/> where none were asked for.
    /// </summary>
    public float[]? ClassLogits { get; init; }

    /// <summary>Natural logarithm of the sum of e to every logit of the vocabulary at the same place; there with <see cref="ClassLogits"/>.</summary>
    public double? PromptLogSumExp { get; init; }

    /// <summary>Pooled hidden states by pooling mode; only the modes that were asked for.</summary>
    public required IReadOnlyDictionary<Pooling, PooledStates> States { get; init; }
}
