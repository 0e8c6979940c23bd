using System.Numerics;

namespace Fathom.Tokenizers.Models;

/// <summary>
/// Lays the nodes of a trie into one array, blocks of 256 places at a time. Only the newest blocks are searched for room: the older are
/// nearly full, and looking there would cost more time than it saves memory.
/// </summary>
internal sealed class TrieBuilder
{
    private const int BlockSize = 256;
    private const int WordsOfBlock = BlockSize / 64;
    private const int OpenBlocks = 16;
    private static readonly TrieCell Free = new(0, -1, -1);
    private readonly Vocabulary _vocabulary;
    private readonly int[] _ids;
    private readonly List<ulong> _free = [];
    private TrieCell[] _cells = [];
    private int _blocks;

    private TrieBuilder(Vocabulary vocabulary, IEnumerable<int> ids)
    {
        _vocabulary = vocabulary;
        _ids = [.. ids.Where(id => !vocabulary.Bytes(id).IsEmpty)];
        Array.Sort(_ids, (a, b) =>
        {
            var order = vocabulary.Bytes(a).SequenceCompareTo(vocabulary.Bytes(b));
            return order != 0 ? order : a.CompareTo(b);
        });
    }

    /// <summary>The places of the trie; the root is the first.</summary>
    public static TrieCell[] Build(Vocabulary vocabulary, IEnumerable<int> ids)
    {
        var builder = new TrieBuilder(vocabulary, ids);
        builder.AddBlock();
        builder.Take(0);
        builder.Fill();
        return builder._cells[..(builder._blocks * BlockSize)];
    }

    private void Fill()
    {
        var waiting = new Queue<(int Node, int Low, int High, int Depth)>();
        waiting.Enqueue((0, 0, _ids.Length, 0));
        var labels = new List<byte>();
        var starts = new List<int>();
        while (waiting.TryDequeue(out var part))
        {
            var (node, low, high, depth) = part;

            // Tokens that end here sort before those that go on.
            var first = low;
            while (low < high && _vocabulary.Bytes(_ids[low]).Length == depth)
                low++;
            var cell = _cells[node] with { Id = low > first ? _ids[first] : -1 };
            if (low < high)
            {
                Children(low, high, depth, labels, starts);
                cell = cell with { Base = Place(labels) };
                for (var i = 0; i < labels.Count; i++)
                {
                    var child = cell.Base ^ labels[i];
                    Take(child);
                    _cells[child] = Free with { Parent = node };
                    waiting.Enqueue((child, starts[i], i + 1 < starts.Count ? starts[i + 1] : high, depth + 1));
                }
            }

            _cells[node] = cell;
        }
    }

    private void Children(int low, int high, int depth, List<byte> labels, List<int> starts)
    {
        labels.Clear();
        starts.Clear();
        for (var at = low; at < high; at++)
        {
            var label = _vocabulary.Bytes(_ids[at])[depth];
            if (labels.Count == 0 || labels[^1] != label)
            {
                labels.Add(label);
                starts.Add(at);
            }
        }
    }

    // A base from which every child's place is free.
    private int Place(List<byte> labels)
    {
        var blocks = _blocks;
        for (var block = Math.Max(0, blocks - OpenBlocks); block < blocks; block++)
        {
            for (var word = 0; word < WordsOfBlock; word++)
            {
                for (var free = _free[block * WordsOfBlock + word]; free != 0; free &= free - 1)
                {
                    var start = (block * BlockSize + word * 64 + BitOperations.TrailingZeroCount(free)) ^ labels[0];
                    if (labels.TrueForAll(label => IsFree(start ^ label)))
                        return start;
                }
            }
        }

        AddBlock();
        return blocks * BlockSize;
    }

    private void AddBlock()
    {
        var length = checked((_blocks + 1) * BlockSize);
        if (_cells.Length < length)
            Array.Resize(ref _cells, checked(Math.Max(length, _cells.Length * 2)));
        _cells.AsSpan(length - BlockSize, BlockSize).Fill(Free);
        _blocks++;
        _free.AddRange(Enumerable.Repeat(ulong.MaxValue, WordsOfBlock));
    }

    private bool IsFree(int place) => ((_free[place >> 6] >> (place & 63)) & 1) != 0;

    private void Take(int place) => _free[place >> 6] &= ~(1UL << (place & 63));
}
