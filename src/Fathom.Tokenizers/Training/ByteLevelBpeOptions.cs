namespace Fathom.Tokenizers.Training;

/// <summary>Settings of <see cref="ByteLevelBpe.Train"/>.</summary>
public sealed record ByteLevelBpeOptions
{
    /// <summary>Size of the vocabulary: special tokens, 256 bytes and the merges. Default 1,024.</summary>
    public int VocabularySize { get; init; } = 1024;

    /// <summary>Special tokens; they get the first ids in this order. Default <c>&lt;|endoftext|&gt;</c> alone.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = ["<|endoftext|>"];

    /// <summary>A pair must occur this often to be merged. Default 2.</summary>
    public long MinimumFrequency { get; init; } = 2;

    /// <summary>Whether every digit is a token of its own, which arithmetic needs. Default true.</summary>
    public bool IndividualDigits { get; init; } = true;
}
