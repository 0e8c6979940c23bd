namespace Fathom.Tokenizers.Models;

/// <summary>The tokens of a vocabulary in the order of their bytes, so that all prefixes of a text that are tokens are found in one walk.</summary>
internal sealed class PrefixIndex
{
    private readonly Vocabulary _vocabulary;
    private readonly int[] _ids;
    private readonly int[] _firsts = new int[257];

    /// <summary>Sorts the tokens that are to be found.</summary>
    public PrefixIndex(Vocabulary vocabulary, IEnumerable<int> ids)
    {
        _vocabulary = vocabulary;
        _ids = [.. ids.Where(id => !vocabulary.Bytes(id).IsEmpty)];
        Array.Sort(_ids, (a, b) => vocabulary.Bytes(a).SequenceCompareTo(vocabulary.Bytes(b)));
        var at = 0;
        for (var first = 0; first < 256; first++)
        {
            while (at < _ids.Length && vocabulary.Bytes(_ids[at])[0] < first)
                at++;
            _firsts[first] = at;
        }

        _firsts[256] = _ids.Length;
    }

    /// <summary>Starts a walk along a text.</summary>
    public Walk Begin() => new(this);

    /// <summary>A walk: the tokens that begin with the bytes taken so far.</summary>
    internal struct Walk
    {
        private readonly PrefixIndex _index;
        private int _low;
        private int _high;
        private int _depth;

        internal Walk(PrefixIndex index)
        {
            _index = index;
            _high = index._ids.Length;
        }

        /// <summary>Takes one more byte; false when no token begins so.</summary>
        /// <param name="value">The byte.</param>
        /// <param name="id">The token that the bytes so far are, or -1.</param>
        public bool Next(byte value, out int id)
        {
            if (_depth == 0)
            {
                _low = _index._firsts[value];
                _high = _index._firsts[value + 1];
            }
            else
            {
                // A token that ends here sorts before those that go on.
                if (_low < _high && _index.Length(_low) == _depth)
                    _low++;
                _low = _index.Bound(_low, _high, _depth, value);
                _high = value == 255 ? _high : _index.Bound(_low, _high, _depth, value + 1);
            }

            _depth++;
            id = _low < _high && _index.Length(_low) == _depth ? _index._ids[_low] : -1;
            return _low < _high;
        }
    }

    private int Length(int at) => _vocabulary.Bytes(_ids[at]).Length;

    private int Bound(int low, int high, int depth, int value)
    {
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_vocabulary.Bytes(_ids[middle])[depth] < value)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
