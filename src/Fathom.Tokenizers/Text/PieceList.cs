namespace Fathom.Tokenizers.Text;

/// <summary>A list of pieces whose storage is kept between uses.</summary>
internal sealed class PieceList
{
    private Piece[] _items = new Piece[64];

    /// <summary>Number of pieces.</summary>
    public int Count { get; private set; }

    /// <summary>The pieces.</summary>
    public ReadOnlySpan<Piece> Items => _items.AsSpan(0, Count);

    /// <summary>The piece at <paramref name="index"/>.</summary>
    public Piece this[int index] => _items[index];

    /// <summary>Removes all pieces.</summary>
    public void Clear()
    {
        Count = 0;
        if (_items.Length > 1 << 18)
        {
            _items = new Piece[64];
        }
    }

    /// <summary>Adds a piece at the end.</summary>
    public void Add(Piece piece)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, checked(_items.Length * 2));
        }

        _items[Count++] = piece;
    }

    /// <summary>Adds a word; an empty one is left out.</summary>
    public void AddWord(int start, int end)
    {
        if (end > start)
        {
            Add(new Piece(start, end, -1));
        }
    }

    /// <summary>Replaces the last piece.</summary>
    public void ReplaceLast(Piece piece) => _items[Count - 1] = piece;
}
