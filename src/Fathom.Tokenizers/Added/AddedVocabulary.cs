using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Added;

/// <summary>The added tokens of a tokenizer and the two searches for them: in the raw and in the normalised text.</summary>
internal sealed class AddedVocabulary
{
    private readonly AddedToken[] _tokens;
    private readonly Dictionary<int, AddedToken> _byId = [];
    private readonly Dictionary<string, AddedToken> _byText = [];
    private readonly HashSet<int> _special = [];
    private readonly Dictionary<int, string> _decoded = [];
    private readonly HashSet<int> _skipped = [];
    private readonly CharTrie _raw;
    private readonly CharTrie _normalized;
    private readonly bool _longestFirst;

    /// <summary>Creates the vocabulary.</summary>
    /// <param name="tokens">The tokens, in the order of the file; later ones win over earlier ones of the same id.</param>
    /// <param name="normalize">Gives the normalised form of a token's text.</param>
    /// <param name="longestFirst">Where tokens overlap in the text the longest wins (llama.cpp), not the leftmost.</param>
    public AddedVocabulary(IReadOnlyList<AddedToken> tokens, Func<string, string> normalize, bool longestFirst = false)
    {
        _longestFirst = longestFirst;
        _tokens = [.. tokens.Where(t => t.Content.Length > 0)];
        foreach (var token in _tokens)
        {
            _byId[token.Id] = token;
            _byText[token.Content] = token;
        }

        // A text given twice keeps its last flags; being special once is being special.
        var special = _tokens.Where(t => t.Special).Select(t => t.Content).ToHashSet();
        foreach (var (id, token) in _byId)
        {
            if (special.Contains(token.Content))
                _special.Add(id);
        }

        // Decoding shows a token as it is looked for, in normalised form where it has one, and leaves it out when that form is a special token's.
        foreach (var (id, token) in _byId)
        {
            _decoded[id] = token.Normalized ? normalize(token.Content) : token.Content;
            if (special.Contains(_decoded[id]))
                _skipped.Add(id);
        }

        var live = Enumerable.Range(0, _tokens.Length).Where(i => ReferenceEquals(_byId[_tokens[i].Id], _tokens[i])).ToArray();
        _raw = new CharTrie(live.Where(i => !_tokens[i].Normalized).Select(i => (_tokens[i].Content, i)));
        _normalized = new CharTrie(live.Where(i => _tokens[i].Normalized).Select(i => (_decoded[_tokens[i].Id], i)));
    }

    /// <summary>All tokens in the order of the file.</summary>
    public IReadOnlyList<AddedToken> Tokens => _tokens;

    /// <summary>Whether any token is looked for in the normalised text.</summary>
    public bool SearchesNormalized => !_normalized.IsEmpty;

    /// <summary>The token of an id, if it is an added one.</summary>
    public AddedToken? ById(int id) => _byId.GetValueOrDefault(id);

    /// <summary>The token of a text, if it is an added one.</summary>
    public AddedToken? ByText(string text) => _byText.GetValueOrDefault(text);

    /// <summary>What decoding makes of an id, if it is that of an added token.</summary>
    /// <param name="id">The id.</param>
    /// <param name="skipped">Whether decoding without special tokens leaves it out.</param>
    public string? Decoded(int id, out bool skipped)
    {
        skipped = _skipped.Contains(id);
        return _decoded.GetValueOrDefault(id);
    }

    /// <summary>Whether an id is that of a special token.</summary>
    public bool IsSpecial(int id) => _special.Contains(id);

    /// <summary>Cuts a range of text at the tokens that are looked for in raw text.</summary>
    public void CutRaw(ReadOnlySpan<char> text, int start, int end, bool parseSpecial, PieceList pieces) =>
        Cut(_raw, text[..end], start, parseSpecial, pieces);

    /// <summary>Cuts a range of text at the tokens that are looked for in normalised text.</summary>
    public void CutNormalized(ReadOnlySpan<char> text, int start, int end, bool parseSpecial, PieceList pieces) =>
        Cut(_normalized, text[..end], start, parseSpecial, pieces);

    private void Cut(CharTrie trie, ReadOnlySpan<char> text, int origin, bool parseSpecial, PieceList pieces)
    {
        if (trie.IsEmpty)
        {
            pieces.AddWord(origin, text.Length);
            return;
        }

        if (_longestFirst)
        {
            LongestFirstCutter.Cut(trie, _tokens, text, origin, parseSpecial, pieces);
            return;
        }

        var behind = origin;
        var from = origin;
        while (trie.TryFind(text, from, out var start, out var length, out var index))
        {
            var token = _tokens[index];
            var end = start + length;
            from = end;
            if ((!parseSpecial && _special.Contains(token.Id)) || (token.SingleWord && TouchesWord(text, origin, start, end)))
                continue;

            if (token.StripLeft)
                start = Math.Max(behind, SpacesBefore(text, start, origin));
            if (token.StripRight)
                end = SpacesAfter(text, end);
            pieces.AddWord(behind, start);
            pieces.Add(new Piece(start, end, token.Id));
            behind = end;
        }

        pieces.AddWord(behind, text.Length);
    }

    private static bool TouchesWord(ReadOnlySpan<char> text, int origin, int start, int end) =>
        (start > origin && CodePoints.IsWord(CodePoints.Before(text, start, out _)))
        || (end < text.Length && CodePoints.IsWord(CodePoints.At(text, end, out _)));

    private static int SpacesBefore(ReadOnlySpan<char> text, int start, int origin)
    {
        while (start > origin && CodePoints.IsWhiteSpace(text[start - 1]))
            start--;
        return start;
    }

    private static int SpacesAfter(ReadOnlySpan<char> text, int end)
    {
        while (end < text.Length && CodePoints.IsWhiteSpace(text[end]))
            end++;
        return end;
    }
}
