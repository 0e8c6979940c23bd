namespace Fathom.Training.Recipes;

/// <summary>How a byte-level BPE tokenizer is trained.</summary>
public sealed record TokenizerTrainingRecipe
{
    /// <summary>Size of the vocabulary, the 256 bytes and special tokens included. Default 512.</summary>
    public int Vocabulary { get; init; } = 512;

    /// <summary>Whether every digit is a token. Default true: arithmetic needs it.</summary>
    public bool IndividualDigits { get; init; } = true;

    /// <summary>Texts to learn from at most. Default 20,000.</summary>
    public int Texts { get; init; } = 20_000;
}
