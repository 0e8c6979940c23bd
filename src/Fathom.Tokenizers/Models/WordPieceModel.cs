using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Models;

/// <summary>The longest piece of a word first, then the longest of the rest with a prefix, and so on; a word with a gap is unknown.</summary>
internal sealed class WordPieceModel : TokenModel
{
    private readonly string _unknownToken;
    private readonly byte[] _prefix;
    private readonly int _mostCharacters;
    private readonly int _unknown;
    private readonly WordCache _cache = new();

    /// <summary>Creates the model.</summary>
    public WordPieceModel(Vocabulary vocabulary, string unknownToken, string prefix, int mostCharacters)
        : base(vocabulary)
    {
        _unknownToken = unknownToken;
        _prefix = Encoding.UTF8.GetBytes(prefix);
        _mostCharacters = mostCharacters;
        _unknown = vocabulary.Find(unknownToken);
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
        if (TooLong(word) || !TryPieces(word, sink))
        {
            sink.CutTo(first);
            if (_unknown < 0)
                throw new FathomException($"The tokenizer's unknown token '{_unknownToken}' is not in its vocabulary, so '{word}' cannot be encoded. Add it to model.vocab.");
            sink.Add(_unknown, 0, word.Length);
        }

        if (cached)
            _cache.Add(word, hash, sink.Ids[first..]);
    }

    private bool TooLong(ReadOnlySpan<char> word)
    {
        if (word.Length <= _mostCharacters)
            return false;
        var pairs = 0;
        for (var i = 1; i < word.Length; i++)
        {
            if (char.IsSurrogatePair(word[i - 1], word[i]))
                pairs++;
        }

        return word.Length - pairs > _mostCharacters;
    }

    private bool TryPieces(ReadOnlySpan<char> word, TokenSink sink)
    {
        Span<byte> small = stackalloc byte[1024];
        var space = _prefix.Length + word.Length * 3;
        var bytes = space <= small.Length ? small : new byte[space];
        for (var start = 0; start < word.Length;)
        {
            // The prefix goes right before what is left, so that every candidate is one run of bytes.
            var prefix = start > 0 ? _prefix.Length : 0;
            _prefix.AsSpan(0, prefix).CopyTo(bytes);
            var length = prefix + Encoding.UTF8.GetBytes(word[start..], bytes[prefix..]);
            var end = word.Length;
            while (end > start)
            {
                var id = Vocabulary.Find(bytes[..length]);
                if (id >= 0)
                {
                    sink.Add(id, start, end);
                    break;
                }

                var last = CodePoints.Before(word, end, out var units);
                end -= units;
                length -= last < 0x80 ? 1 : last < 0x800 ? 2 : last < 0x10000 ? 3 : 4;
            }

            if (end <= start)
                return false;
            start = end;
        }

        return true;
    }
}
