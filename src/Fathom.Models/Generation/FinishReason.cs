namespace Fathom.Models.Generation;

/// <summary>Why a continuation ended.</summary>
public enum FinishReason
{
    /// <summary>All the tokens asked for were made.</summary>
    Length,

    /// <summary>The model gave an end token, which is the last of the tokens.</summary>
    EndToken,

    /// <summary>A stop string appeared; the text ends before it.</summary>
    StopString,
}
