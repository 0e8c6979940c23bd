using System.Globalization;

namespace Fathom.Insight.Detection;

/// <summary>
/// How traces were made: everything that must be the same again for a score to mean what it meant at the fit. Saved with the
/// detectors and checked before they are used.
/// </summary>
public sealed record TraceOrigin
{
    /// <summary>Fingerprint of the model's weights and configuration, as the models room gives it.</summary>
    public required string ModelFingerprint { get; init; }

    /// <summary>Name of the model, for people.</summary>
    public string ModelName { get; init; } = "";

    /// <summary>Fingerprint of the adapter that is part of the model; empty for none. The model's own fingerprint covers it, this says what differs.</summary>
    public string AdapterFingerprint { get; init; } = "";

    /// <summary>Number of transformer blocks, L; a trace has L + 1 entries.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the hidden states.</summary>
    public required int Width { get; init; }

    /// <summary>Fingerprint of the tokenizer; empty when it is part of the model's.</summary>
    public string TokenizerFingerprint { get; init; } = "";

    /// <summary>The template every text was put in, or the fingerprint of the chat template.</summary>
    public string Template { get; init; } = "";

    /// <summary>Field of the data file the text came from; empty for plain text.</summary>
    public string TextField { get; init; } = "";

    /// <summary>Whether blanks at both ends of every text were dropped.</summary>
    public bool Trimmed { get; init; }

    /// <summary>Largest number of tokens generated a sample.</summary>
    public int MaxNewTokens { get; init; } = 16;

    /// <summary>Largest number of generated tokens that enter a pooled vector.</summary>
    public int MaxPool { get; init; } = 16;

    /// <summary>Ids of the tokens whose logits after the prompt were kept, joined by commas in the order of the logits; empty: none.</summary>
    public string ClassTokens { get; init; } = "";

    /// <summary>The same ids as numbers.</summary>
    public IReadOnlyList<int> ClassTokenIds => ClassTokens.Length == 0 ? [] : [.. ClassTokens.Split(',').Select(static token => int.Parse(token, CultureInfo.InvariantCulture))];

    /// <summary>Number of class tokens.</summary>
    public int ClassCount => ClassTokens.Length == 0 ? 0 : ClassTokens.AsSpan().Count(',') + 1;

    /// <summary>Entries of the hidden-state list, L + 1.</summary>
    public int Entries => Layers + 1;

    internal void Validate()
    {
        if (string.IsNullOrEmpty(ModelFingerprint)) throw new FathomException("detectors: the model has no fingerprint; expected the one its loader computed");
        if (Layers is < 1 or > 100_000) throw new FathomException($"detectors: {Layers} layers; expected 1 to 100000");
        if (Width is < 1 or > 1_000_000) throw new FathomException($"detectors: width {Width}; expected 1 to 1000000");
        if (MaxNewTokens < 1) throw new FathomException($"detectors: max_new_tokens {MaxNewTokens}; expected at least 1");
        if (ClassTokens.Length > 0)
        {
            var tokens = ClassTokens.Split(',');
            if (tokens.Any(static token => !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out _))) throw new FathomException($"detectors: class tokens '{ClassTokens}'; expected ids joined by commas");
            if (tokens.Distinct(StringComparer.Ordinal).Count() != tokens.Length) throw new FathomException($"detectors: class tokens '{ClassTokens}'; expected every class to have its own first token");
        }

        if (MaxPool < 1) throw new FathomException($"detectors: max_pool {MaxPool}; expected at least 1");
    }
}
