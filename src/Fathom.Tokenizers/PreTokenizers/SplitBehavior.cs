namespace Fathom.Tokenizers.PreTokenizers;

/// <summary>What becomes of the matches that a text is cut at.</summary>
internal enum SplitBehavior
{
    /// <summary>They are dropped.</summary>
    Removed,

    /// <summary>Each is a piece.</summary>
    Isolated,

    /// <summary>Each goes to the piece before.</summary>
    MergedWithPrevious,

    /// <summary>Each goes to the piece behind.</summary>
    MergedWithNext,

    /// <summary>Neighbouring ones make one piece.</summary>
    Contiguous,
}
