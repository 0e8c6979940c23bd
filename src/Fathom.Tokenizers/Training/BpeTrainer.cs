namespace Fathom.Tokenizers.Training;

/// <summary>
/// Learns byte-pair merges from counted words (Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword
/// Units", algorithm 1): the most frequent neighbouring pair becomes a new symbol until the vocabulary is full. Among equally
/// frequent pairs the one with the smaller ids comes first, so that a corpus always gives the same vocabulary.
/// </summary>
internal sealed class BpeTrainer
{
    private readonly List<Word> _words = [];
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _places = [];
    private readonly PriorityQueue<((int Left, int Right) Pair, long Count), (long NegativeCount, int Left, int Right)> _queue = new();

    /// <summary>Adds a word: its symbols and how often it occurs.</summary>
    public void Add(IEnumerable<int> symbols, long count) => _words.Add(new Word([.. symbols], count));

    /// <summary>
    /// Merges until <paramref name="merges"/> are made or no pair occurs <paramref name="minimumFrequency"/> times. New symbols are
    /// numbered from <paramref name="firstId"/>.
    /// </summary>
    public IReadOnlyList<(int Left, int Right)> Train(int firstId, int merges, long minimumFrequency, CancellationToken cancellation = default)
    {
        for (var i = 0; i < _words.Count; i++)
        {
            CountPairs(i);
        }

        foreach (var (pair, count) in _counts)
        {
            Enqueue(pair, count);
        }

        var result = new List<(int Left, int Right)>(merges);
        while (result.Count < merges && _queue.TryDequeue(out var entry, out _))
        {
            cancellation.ThrowIfCancellationRequested();
            var count = _counts.GetValueOrDefault(entry.Pair);
            if (count != entry.Count)
            {
                // The count has fallen since this entry was made; every change enqueued a fresh one.
                continue;
            }

            if (count < minimumFrequency)
            {
                break;
            }

            Merge(entry.Pair, firstId + result.Count);
            result.Add(entry.Pair);
        }

        return result;
    }

    private void CountPairs(int index)
    {
        var word = _words[index];
        for (var i = 0; i + 1 < word.Symbols.Count; i++)
        {
            var pair = (word.Symbols[i], word.Symbols[i + 1]);
            _counts[pair] = _counts.GetValueOrDefault(pair) + word.Count;
            PlacesOf(pair).Add(index);
        }
    }

    private void Merge((int Left, int Right) pair, int id)
    {
        var changed = new HashSet<(int, int)>();
        foreach (var index in _places[pair])
        {
            var word = _words[index];
            AddCounts(word, -word.Count, changed);
            word.Replace(pair, id);
            AddCounts(word, word.Count, changed);
            for (var i = 0; i + 1 < word.Symbols.Count; i++)
            {
                if (word.Symbols[i] == id || word.Symbols[i + 1] == id)
                {
                    PlacesOf((word.Symbols[i], word.Symbols[i + 1])).Add(index);
                }
            }
        }

        _counts.Remove(pair);
        _places.Remove(pair);
        foreach (var other in changed)
        {
            if (other != pair && _counts.TryGetValue(other, out var count))
            {
                Enqueue(other, count);
            }
        }
    }

    private void AddCounts(Word word, long count, HashSet<(int, int)> changed)
    {
        for (var i = 0; i + 1 < word.Symbols.Count; i++)
        {
            var pair = (word.Symbols[i], word.Symbols[i + 1]);
            _counts[pair] = _counts.GetValueOrDefault(pair) + count;
            changed.Add(pair);
        }
    }

    private void Enqueue((int Left, int Right) pair, long count)
    {
        if (count > 0)
        {
            _queue.Enqueue((pair, count), (-count, pair.Left, pair.Right));
        }
    }

    private HashSet<int> PlacesOf((int Left, int Right) pair)
    {
        if (!_places.TryGetValue(pair, out var places))
        {
            _places[pair] = places = [];
        }

        return places;
    }

    private sealed class Word(List<int> symbols, long count)
    {
        public List<int> Symbols { get; } = symbols;

        public long Count { get; } = count;

        public void Replace((int Left, int Right) pair, int id)
        {
            var write = 0;
            for (var read = 0; read < Symbols.Count; read++, write++)
            {
                if (read + 1 < Symbols.Count && Symbols[read] == pair.Left && Symbols[read + 1] == pair.Right)
                {
                    Symbols[write] = id;
                    read++;
                }
                else
                {
                    Symbols[write] = Symbols[read];
                }
            }

            Symbols.RemoveRange(write, Symbols.Count - write);
        }
    }
}
