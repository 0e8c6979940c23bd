namespace Fathom.Tokenizers;

/// <summary>The special tokens that a model's files name; <see langword="null"/> where they name none.</summary>
public sealed record SpecialTokens
{
    /// <summary>Begins a sequence.</summary>
    public SpecialToken? Bos { get; init; }

    /// <summary>Ends a sequence.</summary>
    public SpecialToken? Eos { get; init; }

    /// <summary>Fills shorter rows of a batch.</summary>
    public SpecialToken? Pad { get; init; }

    /// <summary>Stands for what the vocabulary cannot write.</summary>
    public SpecialToken? Unk { get; init; }

    /// <summary>Parts two texts (BERT).</summary>
    public SpecialToken? Sep { get; init; }

    /// <summary>Stands for the whole text (BERT).</summary>
    public SpecialToken? Cls { get; init; }

    /// <summary>Hides a word (BERT).</summary>
    public SpecialToken? Mask { get; init; }

    /// <summary>Ends a turn of a chat, where that is another token than <see cref="Eos"/>.</summary>
    public SpecialToken? Eot { get; init; }

    /// <summary>The ids after which generation stops, as far as the tokenizer's files tell: end of sequence and end of turn.</summary>
    public IReadOnlyList<int> EndIds => [.. new[] { Eos, Eot }.OfType<SpecialToken>().Select(t => t.Id).Distinct()];
}
