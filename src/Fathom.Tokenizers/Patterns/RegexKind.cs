namespace Fathom.Tokenizers.Patterns;

/// <summary>What a node of a parsed regular expression is.</summary>
internal enum RegexKind
{
    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>One character of a class.</summary>
    Class,

    /// <summary>Children one after the other.</summary>
    Sequence,

    /// <summary>The first child that leads to a match.</summary>
    Alternation,

    /// <summary>The child several times.</summary>
    Repeat,

    /// <summary>The child, without coming back to its other ways.</summary>
    Atomic,

    /// <summary>The child must match here, taking nothing.</summary>
    LookAhead,

    /// <summary>The child must match up to here.</summary>
    LookBehind,

    /// <summary>A condition on the position.</summary>
    Anchor,
}
