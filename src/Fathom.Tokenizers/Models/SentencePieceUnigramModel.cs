using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fathom.Tokenizers.Models;

/// <summary>SentencePiece's Unigram: the most probable way to cut a text (Viterbi).</summary>
internal sealed class SentencePieceUnigramModel : SentencePieceModel
{
    private const float UnknownPenalty = 10;
    private readonly PrefixIndex _index;
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly bool _single;

    /// <summary>Creates the model.</summary>
    /// <param name="pieces">The vocabulary.</param>
    /// <param name="fallback">Byte tokens for unknown text, or null for the unknown piece.</param>
    /// <param name="single">Whether sums are in single precision and user-defined pieces score by length (SentencePiece), else in double and as 0 (llama.cpp).</param>
    public SentencePieceUnigramModel(SentencePieces pieces, int[]? fallback, bool single)
        : base(pieces, fallback)
    {
        _single = single;
        var normal = Enumerable.Range(0, pieces.Types.Length).Where(id => pieces.Types[id] == PieceTypes.Normal).Select(id => pieces.Scores[id]).DefaultIfEmpty().ToArray();
        var best = normal.Max();
        _unknownScore = normal.Min() - UnknownPenalty;
        _scores = new double[pieces.Types.Length];
        for (var id = 0; id < _scores.Length; id++)
        {
            _scores[id] = pieces.Types[id] != PieceTypes.UserDefined ? pieces.Scores[id]
                : single ? (float)(pieces.Vocabulary.Bytes(id).Length * best - 0.1) : 0;
        }

        _index = new PrefixIndex(pieces.Vocabulary, Enumerable.Range(0, pieces.Types.Length).Where(id => pieces.IsMatched(id) && !(single && pieces.Types[id] == PieceTypes.Unused)));
    }

    /// <inheritdoc/>
    protected override void Cut(ReadOnlySpan<byte> text, SentencePieceOutput output)
    {
        var rented = ArrayPool<Node>.Shared.Rent(text.Length + 1);
        var nodes = rented.AsSpan(0, text.Length + 1);
        nodes.Fill(new Node(0, -1, -1));
        Search(text, nodes);
        for (var end = text.Length; end > 0; end = nodes[end].Start)
            output.Add(nodes[end].Id, end - nodes[end].Start);
        output.Reverse();
        ArrayPool<Node>.Shared.Return(rented);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Search(ReadOnlySpan<byte> text, Span<Node> nodes)
    {
        for (var start = 0; start < text.Length;)
        {
            var before = nodes[start].Score;
            var character = Math.Min(text[start] < 0x80 ? 1 : text[start] < 0xE0 ? 2 : text[start] < 0xF0 ? 3 : 4, text.Length - start);
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
                Offer(ref nodes[start + character], before + _unknownScore, start, -1);
            start += character;
        }
    }

    private void Offer(ref Node node, double score, int start, int id)
    {
        if (_single)
            score = (float)score;
        if (node.Start < 0 || score > node.Score)
            node = new Node(score, start, id);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Node(double Score, int Start, int Id);
}
