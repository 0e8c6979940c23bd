namespace Fathom.Tokenizers.Patterns;

/// <summary>A node of a parsed regular expression.</summary>
internal sealed class RegexNode(RegexKind kind, params RegexNode[] children)
{
    /// <summary>What the node is.</summary>
    public RegexKind Kind { get; } = kind;

    /// <summary>The nodes below.</summary>
    public RegexNode[] Children { get; } = children;

    /// <summary>The characters, of a class.</summary>
    public CharClass? Class { get; init; }

    /// <summary>Least number of times, of a repeat.</summary>
    public int Min { get; init; }

    /// <summary>Most times, of a repeat; <see cref="int.MaxValue"/> for no limit.</summary>
    public int Max { get; init; }

    /// <summary>Whether a repeat takes as little as it can.</summary>
    public bool Lazy { get; init; }

    /// <summary>Whether a look must not match.</summary>
    public bool Negative { get; init; }

    /// <summary>The condition, of an anchor.</summary>
    public RegexAnchor Anchor { get; init; }

    /// <summary>A node for one character of a class.</summary>
    public static RegexNode Of(CharClass characters) => new(RegexKind.Class) { Class = characters };

    /// <summary>Whether the node can match nothing.</summary>
    public bool CanBeEmpty => Kind switch
    {
        RegexKind.Class => false,
        RegexKind.Sequence => Array.TrueForAll(Children, c => c.CanBeEmpty),
        RegexKind.Alternation => Array.Exists(Children, c => c.CanBeEmpty),
        RegexKind.Repeat => Min == 0 || Children[0].CanBeEmpty,
        RegexKind.Atomic => Children[0].CanBeEmpty,
        _ => true,
    };

    /// <summary>The ASCII characters that a match can begin with; all when it can be empty or begins with a condition.</summary>
    public UInt128 FirstAscii => Kind switch
    {
        RegexKind.Class => Class!.Ascii,
        RegexKind.Sequence => FirstOfSequence(),
        RegexKind.Alternation => Children.Aggregate(UInt128.Zero, (all, c) => all | c.FirstAscii),
        RegexKind.Repeat when Min > 0 => Children[0].FirstAscii,
        RegexKind.Atomic => Children[0].FirstAscii,
        _ => UInt128.MaxValue,
    };

    /// <summary>Whether anything in the node looks at what stands before it.</summary>
    public bool LooksLeft => Kind switch
    {
        RegexKind.LookBehind => true,
        RegexKind.Anchor => Anchor is RegexAnchor.LineStart or RegexAnchor.TextStart or RegexAnchor.WordBorder or RegexAnchor.NoWordBorder,
        _ => Array.Exists(Children, c => c.LooksLeft),
    };

    private UInt128 FirstOfSequence()
    {
        var all = UInt128.Zero;
        foreach (var child in Children)
        {
            var optional = child.Kind == RegexKind.Repeat && child.Min == 0;
            all |= optional ? child.Children[0].FirstAscii : child.FirstAscii;
            if (!optional && !child.CanBeEmpty)
                return all;
        }

        return UInt128.MaxValue;
    }
}
