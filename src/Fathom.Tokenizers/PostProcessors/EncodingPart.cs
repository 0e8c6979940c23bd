namespace Fathom.Tokenizers.PostProcessors;

/// <summary>An encoding while it is put together: that of one text, or of special tokens between texts.</summary>
internal sealed class EncodingPart
{
    /// <summary>Token ids.</summary>
    public int[] Ids { get; set; } = [];

    /// <summary>Token strings.</summary>
    public string[] Tokens { get; set; } = [];

    /// <summary>Ranges in the source text.</summary>
    public (int Start, int End)[] Offsets { get; set; } = [];

    /// <summary>Word numbers, -1 for none.</summary>
    public int[] Words { get; set; } = [];

    /// <summary>Type ids.</summary>
    public int[] Types { get; set; } = [];

    /// <summary>Numbers of the texts, -1 for none.</summary>
    public int[] Sequences { get; set; } = [];

    /// <summary>1 for tokens put in.</summary>
    public int[] Special { get; set; } = [];

    /// <summary>0 for padding.</summary>
    public int[] Attention { get; set; } = [];

    /// <summary>What truncation cut off.</summary>
    public List<EncodingPart> Overflowing { get; set; } = [];

    /// <summary>Number of tokens.</summary>
    public int Count => Ids.Length;

    /// <summary>A part made of special tokens.</summary>
    public static EncodingPart OfSpecial(int[] ids, string[] tokens, int type) => new()
    {
        Ids = ids,
        Tokens = tokens,
        Offsets = new (int, int)[ids.Length],
        Words = Filled(ids.Length, -1),
        Types = Filled(ids.Length, type),
        Sequences = Filled(ids.Length, -1),
        Special = Filled(ids.Length, 1),
        Attention = Filled(ids.Length, 1),
    };

    /// <summary>Sets type id and text number of all tokens; a <see langword="null"/> leaves what is there.</summary>
    public void Mark(int? type, int? sequence)
    {
        if (type is { } t)
            Types = Filled(Count, t);
        if (sequence is { } s)
            Sequences = Filled(Count, s);
    }

    /// <summary>The tokens from <paramref name="start"/> to before <paramref name="end"/>, without what overflowed.</summary>
    public EncodingPart Slice(int start, int end) => new()
    {
        Ids = Ids[start..end],
        Tokens = Tokens[start..end],
        Offsets = Offsets[start..end],
        Words = Words[start..end],
        Types = Types[start..end],
        Sequences = Sequences[start..end],
        Special = Special[start..end],
        Attention = Attention[start..end],
    };

    /// <summary>This part followed by another; overflows are combined each with each.</summary>
    public EncodingPart Join(EncodingPart other)
    {
        var joined = JoinTokens(other);
        foreach (var mine in Overflowing)
        {
            joined.Overflowing.Add(mine.JoinTokens(other));
            foreach (var theirs in other.Overflowing)
                joined.Overflowing.Add(mine.JoinTokens(theirs));
        }

        foreach (var theirs in other.Overflowing)
            joined.Overflowing.Add(JoinTokens(theirs));
        return joined;
    }

    /// <summary>All parts joined.</summary>
    public static EncodingPart Join(IEnumerable<EncodingPart> parts) => parts.Aggregate(new EncodingPart(), (whole, part) => whole.Join(part));

    /// <summary>The public form.</summary>
    public TokenEncoding ToEncoding() => new()
    {
        Ids = Ids,
        Tokens = Tokens,
        Offsets = Offsets,
        WordIds = Words,
        TypeIds = Types,
        SequenceIds = Sequences,
        SpecialTokensMask = Special,
        AttentionMask = Attention,
        Overflowing = Overflowing.ConvertAll(o => o.ToEncoding()),
    };

    private EncodingPart JoinTokens(EncodingPart other) => new()
    {
        Ids = [.. Ids, .. other.Ids],
        Tokens = [.. Tokens, .. other.Tokens],
        Offsets = [.. Offsets, .. other.Offsets],
        Words = [.. Words, .. other.Words],
        Types = [.. Types, .. other.Types],
        Sequences = [.. Sequences, .. other.Sequences],
        Special = [.. Special, .. other.Special],
        Attention = [.. Attention, .. other.Attention],
    };

    private static int[] Filled(int count, int value)
    {
        var array = new int[count];
        Array.Fill(array, value);
        return array;
    }
}
