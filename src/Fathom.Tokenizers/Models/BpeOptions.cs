namespace Fathom.Tokenizers.Models;

/// <summary>Settings of a byte-pair encoding, named as in <c>tokenizer.json</c>.</summary>
internal sealed record BpeOptions
{
    /// <summary>Stands for characters that are not in the vocabulary; without it they are dropped.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>Put before every symbol but a word's first.</summary>
    public string? ContinuingSubwordPrefix { get; init; }

    /// <summary>Put behind a word's last symbol.</summary>
    public string? EndOfWordSuffix { get; init; }

    /// <summary>Neighbouring unknown characters make one unknown token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Characters not in the vocabulary become the tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> of their bytes.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>A word that is in the vocabulary is taken whole, whatever the merges say.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>No merge is ever applied (a dropout of 1).</summary>
    public bool NeverMerge { get; init; }
}
