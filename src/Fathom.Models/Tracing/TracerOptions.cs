using Fathom.Models.Generation;

namespace Fathom.Models.Tracing;

/// <summary>What to trace.</summary>
public sealed record TracerOptions
{
    /// <summary>The ways of pooling wanted; none: numbers per token only. Default: <see cref="Pooling.OutputPredictive"/>.</summary>
    public IReadOnlyCollection<Pooling> Poolings { get; init; } = [Pooling.OutputPredictive];

    /// <summary>Most tokens generated for a sample; at least 1. Default 16.</summary>
    public int MaxNewTokens { get; init; } = 16;

    /// <summary>Most generated tokens that count in pooling over the output. Default 16.</summary>
    public int MaxPool { get; init; } = 16;

    /// <summary>Whether end tokens stop generation (default). The reference code of the TV score lets it run on.</summary>
    public bool StopAtEndTokens { get; init; } = true;

    /// <summary>Passes with dropout over prompt and output, which cost that many more passes; <see langword="null"/> (the default): none.</summary>
    public DropoutOptions? Dropout { get; init; }

    /// <summary>Tokens whose logits after the prompt are kept: the first token of every class's name, all different. Of a classifier: numbers of classes, from 0; none means all. Default none.</summary>
    public IReadOnlyList<int> ClassTokens { get; init; } = [];

    /// <summary>How much runs together; changes no bit.</summary>
    public BatchOptions Batch { get; init; } = new();

    /// <summary>Complains about the first value out of range.</summary>
    /// <exception cref="FathomException">A value is out of range.</exception>
    public void Validate()
    {
        if (MaxNewTokens < 1) throw new FathomException($"max new tokens is {MaxNewTokens}, expected at least 1");
        if (MaxPool < 1) throw new FathomException($"the pool limit is {MaxPool}, expected at least 1");
        if (Poolings.Contains(Pooling.ReferenceCode) && MaxNewTokens < StatePooler.ReferenceSteps)
            throw new FathomException($"the pooling of the reference code needs at least {StatePooler.ReferenceSteps} new tokens, not {MaxNewTokens}");
        if (ClassTokens.Distinct().Count() != ClassTokens.Count) throw new FathomException("two classes have the same first token; name them so that their first tokens differ");
        if (ClassTokens.Any(token => token < 0)) throw new FathomException("a class token is negative; expected ids of the vocabulary");
        Dropout?.Validate();
        Batch.Validate();
    }
}
