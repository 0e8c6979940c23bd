using System.Runtime.InteropServices;

namespace Fathom.Tokenizers.Models;

/// <summary>SentencePiece's byte-pair encoding: the neighbours whose joined text is the piece of highest score merge first, leftmost among equals.</summary>
internal sealed class SentencePieceBpeModel : SentencePieceModel
{
    private readonly PrefixIndex? _userDefined;
    private readonly Lazy<BpeMarkCuts?> _cuts;

    /// <summary>Creates the model.</summary>
    /// <param name="pieces">The vocabulary.</param>
    /// <param name="fallback">Byte tokens for unknown text, or null for the unknown piece.</param>
    /// <param name="freeze">Whether user-defined pieces in the text are taken whole before anything merges (SentencePiece; llama.cpp finds them before).</param>
    public SentencePieceBpeModel(SentencePieces pieces, int[]? fallback, bool freeze)
        : base(pieces, fallback, bytesOnly: !freeze)
    {
        if (freeze)
            _userDefined = new PrefixIndex(pieces.Vocabulary, Enumerable.Range(0, pieces.Types.Length).Where(id => pieces.Types[id] == PieceTypes.UserDefined));
        _cuts = new Lazy<BpeMarkCuts?>(() => BpeMarkCuts.Of(pieces));
    }

    /// <inheritdoc/>
    protected override BpeMarkCuts? Cuts => _cuts.Value;

    /// <inheritdoc/>
    protected override void Cut(ReadOnlySpan<byte> text, SentencePieceOutput output)
    {
        var symbols = new List<Symbol>(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var length = UserDefinedAt(text[at..]);
            var frozen = length > 0;
            if (!frozen)
                length = Math.Min(Utf8Length(text[at]), text.Length - at);
            symbols.Add(new Symbol(at, length, symbols.Count - 1, symbols.Count + 1, frozen));
            at += length;
        }

        var items = CollectionsMarshal.AsSpan(symbols);
        items[^1].Next = -1;
        var queue = new PriorityQueue<Candidate, (float Score, int Left)>(Comparer);
        var parts = new Dictionary<(int Start, int Length), int>();
        for (var i = 0; i + 1 < items.Length; i++)
            Offer(text, items, i, i + 1, queue);
        while (queue.TryDequeue(out var top, out _))
        {
            ref var left = ref items[top.Left];
            ref var right = ref items[top.Right];
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != top.Size)
                continue;
            if (Pieces.TypeOf(top.Id) == PieceTypes.Unused)
                parts[(left.Start, top.Size)] = left.Length;
            left.Length += right.Length;
            right.Length = 0;
            left.Next = right.Next;
            if (right.Next >= 0)
                items[right.Next].Previous = top.Left;
            Offer(text, items, left.Previous, top.Left, queue);
            Offer(text, items, top.Left, left.Next, queue);
        }

        for (var i = 0; i >= 0; i = items[i].Next)
            Give(text, items[i].Start, items[i].Length, parts, output);
    }

    private static readonly Comparer<(float Score, int Left)> Comparer = Comparer<(float Score, int Left)>.Create((a, b) =>
        a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Left.CompareTo(b.Left));

    private int UserDefinedAt(ReadOnlySpan<byte> text)
    {
        var longest = 0;
        if (_userDefined is null)
            return 0;
        var walk = _userDefined.Begin();
        for (var i = 0; i < text.Length && walk.Next(text[i], out var id); i++)
        {
            if (id >= 0)
                longest = i + 1;
        }

        return longest;
    }

    private void Offer(ReadOnlySpan<byte> text, ReadOnlySpan<Symbol> symbols, int left, int right, PriorityQueue<Candidate, (float Score, int Left)> queue)
    {
        if (left < 0 || right < 0 || symbols[left].Frozen || symbols[right].Frozen)
            return;
        var size = symbols[left].Length + symbols[right].Length;
        var id = Vocabulary.Find(text.Slice(symbols[left].Start, size));
        if (id >= 0)
            queue.Enqueue(new Candidate(left, right, size, id), (Pieces.Scores[id], left));
    }

    // A piece that is never given out goes back into the two it was made of.
    private void Give(ReadOnlySpan<byte> text, int start, int length, Dictionary<(int Start, int Length), int> parts, SentencePieceOutput output)
    {
        var id = Vocabulary.Find(text.Slice(start, length));
        if (id >= 0 && Pieces.TypeOf(id) == PieceTypes.Unused && parts.TryGetValue((start, length), out var left))
        {
            Give(text, start, left, parts, output);
            Give(text, start + left, length - left, parts, output);
            return;
        }

        output.Add(_userDefined is not null && id == Pieces.Unknown ? -1 : id, length);
    }

    private static int Utf8Length(byte first) => first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    private record struct Symbol(int Start, int Length, int Previous, int Next, bool Frozen);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Candidate(int Left, int Right, int Size, int Id);
}
