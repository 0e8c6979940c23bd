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

    /// <summary>Which tokens belong to which text, by the number of the text.</summary>
    public Dictionary<int, (int Start, int End)> Sequences { get; } = [];

    /// <summary>1 for tokens put in.</summary>
    public int[] Special { get; set; } = [];

    /// <summary>0 for padding.</summary>
    public int[] Attention { get; set; } = [];

    /// <summary>The texts that offsets count in: one, or one a word.</summary>
    public IReadOnlyList<string> Texts { get; set; } = [];

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
        Special = Filled(ids.Length, 1),
        Attention = Filled(ids.Length, 1),
    };

    /// <summary>Sets type id and text number of all tokens; a <see langword="null"/> leaves what is there.</summary>
    public void Mark(int? type, int? sequence)
    {
        if (type is { } t)
            Types = Filled(Count, t);
        if (sequence is { } s)
            Sequences[s] = (0, Count);
    }

    /// <summary>The tokens from <paramref name="start"/> to before <paramref name="end"/>, without what overflowed.</summary>
    public EncodingPart Slice(int start, int end) => new()
    {
        Ids = Ids[start..end],
        Tokens = Tokens[start..end],
        Offsets = Offsets[start..end],
        Words = Words[start..end],
        Types = Types[start..end],
        Special = Special[start..end],
        Attention = Attention[start..end],
        Texts = Texts,
    };

    /// <summary>The text that a token's offsets count in.</summary>
    public ReadOnlySpan<char> TextOf(int index) => Texts.Count == 0 ? "" : Texts[Texts.Count == 1 ? 0 : Words[index]];

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
        SequenceIds = SequenceIds(),
        SpecialTokensMask = Special,
        AttentionMask = Attention,
        Overflowing = Overflowing.ConvertAll(o => o.ToEncoding()),
    };

    // Where processors mark a text twice the larger number shows, as in the reference; with no mark at all everything is text 0.
    private int[] SequenceIds()
    {
        var ids = Filled(Count, -1);
        for (var sequence = 0; sequence < Math.Max(1, Sequences.Count); sequence++)
        {
            var (start, end) = Sequences.GetValueOrDefault(sequence, (0, Count));
            ids.AsSpan(start, end - start).Fill(sequence);
        }

        return ids;
    }

    private EncodingPart JoinTokens(EncodingPart other)
    {
        var joined = JoinLists(other);
        foreach (var (sequence, range) in Sequences)
            joined.Sequences[sequence] = range;
        foreach (var (sequence, range) in other.Sequences)
            joined.Sequences[sequence] = (Count + range.Start, Count + range.End);
        return joined;
    }

    private EncodingPart JoinLists(EncodingPart other) => new()
    {
        Ids = [.. Ids, .. other.Ids],
        Tokens = [.. Tokens, .. other.Tokens],
        Offsets = [.. Offsets, .. other.Offsets],
        Words = [.. Words, .. other.Words],
        Types = [.. Types, .. other.Types],
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
