using System.Buffers;

namespace Fathom.Tokenizers.Added;

/// <summary>A set of strings with a value each, searched from a position of a text.</summary>
internal sealed class CharTrie
{
    private readonly Dictionary<long, int> _edges = [];
    private readonly List<int> _values = [-1];
    private SearchValues<char> _firsts = SearchValues.Create("");

    /// <summary>Creates the trie; of equal strings the first counts, empty ones are left out.</summary>
    public CharTrie(IEnumerable<(string Text, int Value)> entries)
    {
        var firsts = new HashSet<char>();
        foreach (var (text, value) in entries)
        {
            if (text.Length == 0)
                continue;
            firsts.Add(text[0]);
            var node = 0;
            foreach (var c in text)
            {
                var key = Key(node, c);
                if (!_edges.TryGetValue(key, out var next))
                {
                    next = _values.Count;
                    _values.Add(-1);
                    _edges.Add(key, next);
                }

                node = next;
            }

            if (_values[node] < 0)
                _values[node] = value;
        }

        IsEmpty = firsts.Count == 0;
        _firsts = SearchValues.Create([.. firsts]);
    }

    /// <summary>Whether there is nothing to find.</summary>
    public bool IsEmpty { get; }

    /// <summary>Finds the leftmost position from <paramref name="from"/> on where a string matches, and the longest there.</summary>
    public bool TryFind(ReadOnlySpan<char> text, int from, out int start, out int length, out int value)
    {
        for (start = from; start < text.Length; start++)
        {
            var skip = text[start..].IndexOfAny(_firsts);
            if (skip < 0)
                break;
            start += skip;
            if (TryMatch(text, start, out length, out value))
                return true;
        }

        length = 0;
        value = -1;
        return false;
    }

    /// <summary>The longest string that matches at a position.</summary>
    public bool TryMatch(ReadOnlySpan<char> text, int start, out int length, out int value)
    {
        length = 0;
        value = -1;
        var node = 0;
        for (var i = start; i < text.Length && _edges.TryGetValue(Key(node, text[i]), out node); i++)
        {
            if (_values[node] >= 0)
            {
                length = i + 1 - start;
                value = _values[node];
            }
        }

        return value >= 0;
    }

    /// <summary>All strings that match at a position, shortest first.</summary>
    public void AllMatches(ReadOnlySpan<char> text, int start, List<(int Start, int Value)> found)
    {
        var node = 0;
        for (var i = start; i < text.Length && _edges.TryGetValue(Key(node, text[i]), out node); i++)
        {
            if (_values[node] >= 0)
                found.Add((start, _values[node]));
        }
    }

    private static long Key(int node, char c) => ((long)node << 16) | c;
}
