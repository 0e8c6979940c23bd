namespace Fathom.Tokenizers.Models;

/// <summary>What the pieces of a SentencePiece vocabulary are, numbered as its files number them.</summary>
internal static class PieceTypes
{
    /// <summary>An ordinary piece.</summary>
    public const int Normal = 1;

    /// <summary>Stands for what the vocabulary cannot write.</summary>
    public const int Unknown = 2;

    /// <summary>Never made from text.</summary>
    public const int Control = 3;

    /// <summary>Always taken whole.</summary>
    public const int UserDefined = 4;

    /// <summary>Never given out.</summary>
    public const int Unused = 5;

    /// <summary>Stands for a byte.</summary>
    public const int Byte = 6;
}
