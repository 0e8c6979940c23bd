using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Models;

/// <summary>The most probable way to cut a word into pieces (Viterbi), as the tokenizers library computes it, in double precision.</summary>
internal sealed class UnigramModel : TokenModel
{
    private const double UnknownPenalty = 10;
    private readonly double[] _scores;
    private readonly int _unknown;
    private readonly int[]? _fallback;
    private readonly PrefixIndex _index;
    private readonly double _unknownScore;
    private readonly WordCache _cache = new();

    /// <summary>Creates the model.</summary>
    /// <param name="vocabulary">Pieces; a piece's id is its place in the file.</param>
    /// <param name="scores">Logarithms of probabilities by id.</param>
    /// <param name="unknown">Id of the unknown piece, or -1.</param>
    /// <param name="byteFallback">Whether unknown text becomes its bytes' tokens.</param>
    public UnigramModel(Vocabulary vocabulary, double[] scores, int unknown, bool byteFallback)
        : base(vocabulary)
    {
        _scores = scores;
        _unknown = unknown;
        _index = new PrefixIndex(vocabulary, Enumerable.Range(0, vocabulary.IdLimit).Where(id => vocabulary.Contains(id) && vocabulary.Find(vocabulary.Bytes(id)) == id));
        _unknownScore = scores.DefaultIfEmpty(double.PositiveInfinity).Min() - UnknownPenalty;
        if (byteFallback)
        {
            var fallback = Enumerable.Range(0, 256).Select(b => vocabulary.Find($"<0x{b:X2}>")).ToArray();
            _fallback = fallback;
        }
    }

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> word, TokenSink sink)
    {
        if (word.IsEmpty)
            return;
        var cached = !sink.Tracked && word.Length <= WordCache.LongestWord;
        var hash = cached ? WordCache.Hash(word) : 0;
        if (cached && _cache.TryGet(word, hash, out var known))
        {
            sink.AddRange(known);
            return;
        }

        var first = sink.Count;
        TokenizeAnew(word, sink);
        if (cached)
            _cache.Add(word, hash, sink.Ids[first..]);
    }

    private void TokenizeAnew(ReadOnlySpan<char> word, TokenSink sink)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(checked(word.Length * 3));
        Node[]? nodes = null;
        try
        {
            var size = Encoding.UTF8.GetBytes(word, bytes);
            nodes = ArrayPool<Node>.Shared.Rent(size + 1);
            nodes.AsSpan(0, size + 1).Fill(new Node(0, -1, -1));
            Search(bytes.AsSpan(0, size), nodes.AsSpan(0, size + 1));
            Emit(word, bytes.AsSpan(0, size), nodes.AsSpan(0, size + 1), sink);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            if (nodes is not null)
                ArrayPool<Node>.Shared.Return(nodes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Search(ReadOnlySpan<byte> text, Span<Node> nodes)
    {
        for (var start = 0; start < text.Length;)
        {
            var before = nodes[start].Score;
            var character = LengthOf(text[start]);
            var single = false;
            var walk = _index.Begin();
            for (var end = start; end < text.Length && walk.Next(text[end], out var id);)
            {
                end++;
                if (id < 0)
                    continue;
                Offer(ref nodes[end], before + _scores[id], start, id);
                single |= end - start == character;
            }

            if (!single)
            {
                if (_unknown < 0)
                    throw new FathomException("The text has a character that no piece of the tokenizer's Unigram model covers, and the model names no unknown piece (unk_id). Set model.unk_id.");
                Offer(ref nodes[start + character], before + _unknownScore, start, _unknown);
            }

            start += character;
        }
    }

    private static void Offer(ref Node node, double score, int start, int id)
    {
        if (node.Start < 0 || score > node.Score)
            node = new Node(score, start, id);
    }

    private void Emit(ReadOnlySpan<char> word, ReadOnlySpan<byte> text, Span<Node> nodes, TokenSink sink)
    {
        // The path is found from its end and turned round on the way: a node where a piece starts then knows where that piece ends.
        // Neighbouring unknown pieces are one.
        var follower = -1;
        for (var end = text.Length; end > 0;)
        {
            var (_, start, id) = nodes[end];
            while (id == _unknown && start > 0 && nodes[start].Id == _unknown)
                start = nodes[start].Start;
            nodes[end] = new Node(0, follower, id);
            follower = end;
            end = start;
        }

        var walker = new Utf8Walker(word);
        for (int start = 0, end = follower; end >= 0;)
        {
            var (_, next, id) = nodes[end];
            var from = sink.Tracked ? walker.UnitHolding(start) : 0;
            var to = sink.Tracked ? walker.UnitBehind(end) : 0;
            EmitPiece(text[start..end], id == _unknown ? Vocabulary.Find(text[start..end]) : id, from, to, word, sink);
            start = end;
            end = next;
        }
    }

    private void EmitPiece(ReadOnlySpan<byte> piece, int id, int from, int to, ReadOnlySpan<char> word, TokenSink sink)
    {
        if (id >= 0)
            sink.Add(id, from, to);
        else if (_fallback is null || !TryBytes(piece, from, to, sink))
            sink.Add(_unknown, from, to, sink.Tracked ? word[from..to].ToString() : null);
    }

    private bool TryBytes(ReadOnlySpan<byte> piece, int from, int to, TokenSink sink)
    {
        foreach (var value in piece)
        {
            if (_fallback![value] < 0)
                return false;
        }

        foreach (var value in piece)
            sink.Add(_fallback![value], from, to);
        return true;
    }

    private static int LengthOf(byte first) => first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Node(double Score, int Start, int Id);
}
