namespace Fathom.Models.Generation;

/// <summary>How a continuation is chosen. Filters are applied in the order temperature, top-k, top-p, min-p, as in transformers.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most tokens to generate; at least 1. Default 256.</summary>
    public int MaxNewTokens { get; init; } = 256;

    /// <summary>Logits are divided by it; 0 (the default) means greedy: always the most probable token, the first of equals.</summary>
    public double Temperature { get; init; }

    /// <summary>Keep only so many most probable tokens; 0 (the default): all.</summary>
    public int TopK { get; init; }

    /// <summary>Keep the most probable tokens until their probabilities reach this sum; 1 (the default): all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Drop tokens less probable than this share of the most probable one; 0 (the default): none.</summary>
    public double MinP { get; init; }

    /// <summary>Seed of the random numbers. Sample i of a call draws from stream i, whatever runs beside it.</summary>
    public ulong Seed { get; init; }

    /// <summary>Texts at which generation stops; they are not part of the result. Needs a tokenizer.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Whether the model's end tokens stop generation (default). Otherwise all <see cref="MaxNewTokens"/> are made.</summary>
    public bool StopAtEndTokens { get; init; } = true;

    /// <summary>Ids that stop generation instead of the model's own.</summary>
    public IReadOnlyList<int>? EndTokens { get; init; }

    /// <summary>Complains about the first value out of range.</summary>
    /// <exception cref="FathomException">A value is out of range.</exception>
    public void Validate()
    {
        if (MaxNewTokens < 1) throw new FathomException($"max new tokens is {MaxNewTokens}, expected at least 1");
        if (!(Temperature >= 0) || !double.IsFinite(Temperature)) throw new FathomException($"temperature is {Temperature}, expected 0 (greedy) or more");
        if (TopK < 0) throw new FathomException($"top-k is {TopK}, expected 0 (off) or more");
        if (!(TopP > 0 && TopP <= 1)) throw new FathomException($"top-p is {TopP}, expected above 0 and at most 1 (off)");
        if (!(MinP >= 0 && MinP <= 1)) throw new FathomException($"min-p is {MinP}, expected from 0 (off) to 1");
        if (StopStrings.Any(string.IsNullOrEmpty)) throw new FathomException("a stop string is empty");
    }
}
