using System.Buffers;
using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Models;

/// <summary>llama.cpp's WordPiece: a word with U+2581 before it, cut from the left into the longest tokens; a gap makes it unknown.</summary>
internal sealed class PhantomSpaceModel(Vocabulary vocabulary, int unknown) : TokenModel(vocabulary)
{
    private readonly WordCache _cache = new();

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> word, TokenSink sink)
    {
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
        var bytes = ArrayPool<byte>.Shared.Rent(checked(word.Length * 3 + 3));
        try
        {
            "\u2581"u8.CopyTo(bytes);
            var size = 3 + Encoding.UTF8.GetBytes(word, bytes.AsSpan(3));
            var first = sink.Count;
            if (!TryCut(word, bytes.AsSpan(0, size), sink))
            {
                sink.CutTo(first);
                sink.Add(unknown, 0, word.Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private bool TryCut(ReadOnlySpan<char> word, ReadOnlySpan<byte> text, TokenSink sink)
    {
        var walker = new Utf8Walker(word);
        for (var start = 0; start < text.Length;)
        {
            var end = Math.Min(text.Length, start + Vocabulary.LongestToken);
            var id = -1;
            for (; end > start && (id = Vocabulary.Find(text[start..end])) < 0; end--)
            {
                // The next shorter candidate.
            }

            if (id < 0)
                return false;
            var from = walker.UnitHolding(Math.Max(0, start - 3));
            sink.Add(id, from, end <= 3 ? from : walker.UnitBehind(end - 3));
            start = end;
        }

        return true;
    }
}
