namespace Fathom.Tokenizers.Patterns;

/// <summary>Conditions on a position.</summary>
internal enum RegexAnchor
{
    /// <summary>Start of a line.</summary>
    LineStart,

    /// <summary>End of a line.</summary>
    LineEnd,

    /// <summary>Start of the text.</summary>
    TextStart,

    /// <summary>End of the text.</summary>
    TextEnd,

    /// <summary>End of the text, or before a line feed that ends it.</summary>
    TextEndOrLast,

    /// <summary>Between a word character and another.</summary>
    WordBorder,

    /// <summary>Not between a word character and another.</summary>
    NoWordBorder,
}
