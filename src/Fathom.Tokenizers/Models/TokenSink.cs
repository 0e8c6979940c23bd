namespace Fathom.Tokenizers.Models;

/// <summary>Collects the tokens a model makes: ids always; where each came from only when tracked.</summary>
internal sealed class TokenSink
{
    private int[] _ids = new int[256];
    private int[] _starts = [];
    private int[] _ends = [];
    private int[] _words = [];
    private string?[] _texts = [];

    /// <summary>Number of tokens.</summary>
    public int Count { get; private set; }

    /// <summary>Whether positions are kept.</summary>
    public bool Tracked { get; private set; }

    /// <summary>Added to the positions that models report, which count from the start of their word.</summary>
    public int Base { get; set; }

    /// <summary>Number of the word under way.</summary>
    public int Word { get; set; }

    /// <summary>The ids.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>First position of each token in the pre-tokenized text.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Tracked ? Count : 0);

    /// <summary>Position behind each token in the pre-tokenized text.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Tracked ? Count : 0);

    /// <summary>Number of the word each token belongs to.</summary>
    public ReadOnlySpan<int> Words => _words.AsSpan(0, Tracked ? Count : 0);

    /// <summary>Text of each token where it is not the vocabulary's.</summary>
    public ReadOnlySpan<string?> Texts => _texts.AsSpan(0, Tracked ? Count : 0);

    /// <summary>Empties the list.</summary>
    public void Reset(bool tracked)
    {
        Count = 0;
        Tracked = tracked;
        Base = 0;
        Word = 0;
        if (_ids.Length > 1 << 20)
        {
            _ids = new int[256];
            _starts = _ends = _words = [];
            _texts = [];
        }
    }

    /// <summary>Adds a token that covers [start, end) of the word under way.</summary>
    public void Add(int id, int start, int end, string? text = null)
    {
        if (Count == _ids.Length)
            Array.Resize(ref _ids, checked(_ids.Length * 2));
        _ids[Count] = id;
        if (Tracked)
        {
            if (_starts.Length < _ids.Length)
            {
                Array.Resize(ref _starts, _ids.Length);
                Array.Resize(ref _ends, _ids.Length);
                Array.Resize(ref _words, _ids.Length);
                Array.Resize(ref _texts, _ids.Length);
            }

            _starts[Count] = Base + start;
            _ends[Count] = Base + end;
            _words[Count] = Word;
            _texts[Count] = text;
        }

        Count++;
    }

    /// <summary>Adds tokens whose positions are not asked for.</summary>
    public void AddRange(ReadOnlySpan<int> ids)
    {
        if (Tracked)
        {
            throw new InvalidOperationException("A tracked sink needs positions.");
        }

        if (Count + ids.Length > _ids.Length)
            Array.Resize(ref _ids, checked(Math.Max(_ids.Length * 2, Count + ids.Length)));
        ids.CopyTo(_ids.AsSpan(Count));
        Count += ids.Length;
    }

    /// <summary>Drops all tokens behind the first <paramref name="count"/>.</summary>
    public void CutTo(int count) => Count = count;

    /// <summary>Widens the last token to a new end.</summary>
    public void ExtendLast(int end)
    {
        if (Tracked)
            _ends[Count - 1] = Base + end;
    }
}
