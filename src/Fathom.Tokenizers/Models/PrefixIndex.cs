namespace Fathom.Tokenizers.Models;

/// <summary>
/// The tokens of a vocabulary as a trie over their bytes, so that all prefixes of a text that are tokens are found in one walk of one look-up
/// a byte: the child of a node by a byte lies at the node's base with the byte's bits flipped in, and names its parent.
/// </summary>
internal sealed class PrefixIndex
{
    private readonly TrieCell[] _cells;

    /// <summary>Takes up the tokens that are to be found; of equal ones the smallest id counts, empty ones are left out.</summary>
    public PrefixIndex(Vocabulary vocabulary, IEnumerable<int> ids) => _cells = TrieBuilder.Build(vocabulary, ids);

    /// <summary>Starts a walk along a text.</summary>
    public Walk Begin() => new(_cells);

    /// <summary>A walk: the node of the bytes taken so far.</summary>
    internal struct Walk
    {
        private readonly TrieCell[] _cells;
        private int _node;

        internal Walk(TrieCell[] cells) => _cells = cells;

        /// <summary>Takes one more byte; false when no token begins so.</summary>
        /// <param name="value">The byte.</param>
        /// <param name="id">The token that the bytes so far are, or -1.</param>
        public bool Next(byte value, out int id)
        {
            var next = _cells[_node].Base ^ value;
            ref readonly var cell = ref _cells[next];
            if (cell.Parent != _node)
            {
                id = -1;
                return false;
            }

            _node = next;
            id = cell.Id;
            return true;
        }
    }
}
