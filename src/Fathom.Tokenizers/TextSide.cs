namespace Fathom.Tokenizers;

/// <summary>A side of the text, for truncation (where tokens are cut off) and padding (where tokens are put in).</summary>
public enum TextSide
{
    /// <summary>The end.</summary>
    Right,

    /// <summary>The start.</summary>
    Left,
}
