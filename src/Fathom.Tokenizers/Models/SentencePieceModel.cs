using System.Buffers;
using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Models;

/// <summary>What the models of SentencePiece share: work on UTF-8, a cache, bytes or one unknown token for what is unknown.</summary>
internal abstract class SentencePieceModel : TokenModel
{
    private readonly int[]? _fallback;
    private readonly bool _bytesOnly;
    private readonly WordCache _cache = new();

    /// <summary>Creates the model.</summary>
    /// <param name="pieces">The vocabulary.</param>
    /// <param name="fallback">Byte tokens for unknown text, or null for the unknown piece.</param>
    /// <param name="bytesOnly">Whether every byte must have its token (llama.cpp), else the unknown piece stands for all.</param>
    protected SentencePieceModel(SentencePieces pieces, int[]? fallback, bool bytesOnly = false)
        : base(pieces.Vocabulary)
    {
        Pieces = pieces;
        _fallback = fallback;
        _bytesOnly = bytesOnly;
    }

    /// <summary>The vocabulary.</summary>
    protected SentencePieces Pieces { get; }

    /// <inheritdoc/>
    public override bool CutsAtMarks => Cuts is { BehindAllLetters: true };

    /// <summary>Where a text may be cut without changing anything, if anywhere.</summary>
    protected virtual BpeMarkCuts? Cuts => null;

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> word, TokenSink sink)
    {
        if (!sink.Tracked && Cuts is { } cuts)
        {
            // Parts are words, which the cache knows; whole texts it would never meet again.
            for (int length; (length = cuts.FirstPart(word)) < word.Length; word = word[length..])
                TokenizePart(word[..length], sink);
        }

        TokenizePart(word, sink);
    }

    private void TokenizePart(ReadOnlySpan<char> word, TokenSink sink)
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
        var bytes = ArrayPool<byte>.Shared.Rent(checked(word.Length * 3));
        try
        {
            var size = Encoding.UTF8.GetBytes(word, bytes);
            var output = new SentencePieceOutput();
            Cut(bytes.AsSpan(0, size), output);
            Emit(word, bytes.AsSpan(0, size), output, sink);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        if (cached)
            _cache.Add(word, hash, sink.Ids[first..]);
    }

    /// <summary>Cuts a text into pieces; -1 as the id for what is unknown.</summary>
    protected abstract void Cut(ReadOnlySpan<byte> text, SentencePieceOutput output);

    private void Emit(ReadOnlySpan<char> word, ReadOnlySpan<byte> text, SentencePieceOutput output, TokenSink sink)
    {
        var walker = new Utf8Walker(word);
        var at = 0;
        for (var i = 0; i < output.Count; i++)
        {
            var (id, length) = output[i];
            var start = at;
            at += length;

            // Neighbouring unknown pieces are one.
            while (id < 0 && i + 1 < output.Count && output[i + 1].Id < 0)
                at += output[++i].Length;
            var from = sink.Tracked ? walker.UnitHolding(start) : 0;
            var to = sink.Tracked ? walker.UnitBehind(at) : 0;
            if (id >= 0)
                sink.Add(id, from, to);
            else
                EmitUnknown(text[start..at], word, from, to, sink);
        }
    }

    private void EmitUnknown(ReadOnlySpan<byte> text, ReadOnlySpan<char> word, int from, int to, TokenSink sink)
    {
        if (_fallback is not null && (_bytesOnly || Array.TrueForAll(_fallback, id => id >= 0)))
        {
            foreach (var value in text)
            {
                if (_fallback[value] < 0)
                    throw new FathomException($"The text has characters that the tokenizer's vocabulary lacks, and it has no token for the byte 0x{value:X2}. Use the tokenizer that belongs to the model.");
                sink.Add(_fallback[value], from, to);
            }

            return;
        }

        if (Pieces.Unknown < 0)
            throw new FathomException("The text has a character that no piece of the tokenizer covers, and its vocabulary names no unknown piece. Use the tokenizer that belongs to the model.");
        sink.Add(Pieces.Unknown, from, to, sink.Tracked ? word[from..to].ToString() : null);
    }
}
