using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Added;

/// <summary>
/// llama.cpp's search for special tokens: the longest token first through all raw text, then the next. Found here from the list of all
/// occurrences, so that time does not grow with the number of tokens.
/// </summary>
internal static class LongestFirstCutter
{
    /// <summary>Cuts text[origin..] at the tokens found.</summary>
    public static void Cut(CharTrie trie, AddedToken[] tokens, ReadOnlySpan<char> text, int origin, bool parseSpecial, PieceList pieces)
    {
        if (!trie.TryFind(text, origin, out _, out _, out _))
        {
            pieces.AddWord(origin, text.Length);
            return;
        }

        CutFound(trie, tokens, text, origin, parseSpecial, pieces);
    }

    // Apart, so that texts without special tokens allocate nothing.
    private static void CutFound(CharTrie trie, AddedToken[] tokens, ReadOnlySpan<char> text, int origin, bool parseSpecial, PieceList pieces)
    {
        var found = new List<(int Start, int Value)>();
        for (var from = origin; trie.TryFind(text, from, out var start, out _, out _); from = start + 1)
            trie.AllMatches(text, start, found);

        found.RemoveAll(m => !parseSpecial && tokens[m.Value].Special);
        found.Sort((a, b) =>
        {
            var byLength = tokens[b.Value].Content.Length.CompareTo(tokens[a.Value].Content.Length);
            var byToken = byLength != 0 ? byLength : tokens[a.Value].Id.CompareTo(tokens[b.Value].Id);
            return byToken != 0 ? byToken : a.Start.CompareTo(b.Start);
        });

        if (found.Count == 0)
        {
            pieces.AddWord(origin, text.Length);
            return;
        }

        var taken = new System.Collections.BitArray(text.Length - origin);
        var kept = new List<(int Start, int Value)>();
        foreach (var (start, value) in found)
        {
            if (TryTake(taken, start - origin, tokens[value].Content.Length))
                kept.Add((start, value));
        }

        kept.Sort();
        var behind = origin;
        foreach (var (start, value) in kept)
        {
            var token = tokens[value];
            var end = start + token.Content.Length;
            var left = start;
            while (token.StripLeft && left > behind && CodePoints.IsWhiteSpace(text[left - 1]))
                left--;
            pieces.AddWord(behind, left);
            pieces.Add(new Piece(Math.Max(left, behind), Math.Max(end, behind), token.Id));
            behind = Math.Max(end, behind);
            while (token.StripRight && behind < text.Length && CodePoints.IsWhiteSpace(text[behind]))
                behind++;
        }

        pieces.AddWord(behind, text.Length);
    }

    private static bool TryTake(System.Collections.BitArray taken, int start, int length)
    {
        for (var i = start; i < start + length; i++)
        {
            if (taken[i])
                return false;
        }

        for (var i = start; i < start + length; i++)
            taken[i] = true;
        return true;
    }
}
