namespace Fathom.Tokenizers.Patterns;

/// <summary>Instructions of a compiled regular expression.</summary>
internal enum RegexOp
{
    /// <summary>The match is complete.</summary>
    Match,

    /// <summary>Takes one character of the class.</summary>
    Class,

    /// <summary>Takes A to B characters of the class, as many as there are, giving back later if need be.</summary>
    Run,

    /// <summary>Takes A to B characters of the class, as many as there are, for good.</summary>
    RunForGood,

    /// <summary>Goes on here and, failing that, at A; skips to A where the next character cannot begin the way here.</summary>
    Split,

    /// <summary>Goes on at A and, failing that, here.</summary>
    SplitLater,

    /// <summary>Goes on at A.</summary>
    Jump,

    /// <summary>Tests the condition A.</summary>
    Anchor,

    /// <summary>Tests that what follows here matches (B = 1: does not match), then goes on at A.</summary>
    LookAhead,

    /// <summary>Tests that what follows here matches up to this position (B = 1: does not), then goes on at A.</summary>
    LookBehind,

    /// <summary>Matches what follows here for good, then goes on at A.</summary>
    Atomic,

    /// <summary>Notes the position in register A.</summary>
    Mark,

    /// <summary>Fails where nothing was taken since register A was noted.</summary>
    Progress,
}
