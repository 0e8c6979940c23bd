namespace Fathom.Tokenizers;

/// <summary>How encodings are shortened.</summary>
public sealed record TruncationOptions
{
    /// <summary>Most tokens, special ones included. Default: 512.</summary>
    public int MaxLength { get; init; } = 512;

    /// <summary>Tokens that each overflowing piece shares with the piece before. Default: 0.</summary>
    public int Stride { get; init; }

    /// <summary>Which text of a pair is shortened. Default: the longest first.</summary>
    public TruncationStrategy Strategy { get; init; }

    /// <summary>On which side tokens are cut off. Default: right.</summary>
    public TextSide Side { get; init; }
}
