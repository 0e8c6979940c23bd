using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Models;

/// <summary>Cuts a word into the symbols that merging starts from: characters, with byte fallback and unknown tokens.</summary>
internal sealed class BpeSymbols
{
    private readonly Vocabulary _vocabulary;
    private readonly BpeOptions _options;
    private readonly int _unknownId;
    private readonly int[]? _fallback;
    private int[]? _characters;

    /// <summary>Creates the cutter.</summary>
    public BpeSymbols(Vocabulary vocabulary, BpeOptions options)
    {
        _vocabulary = vocabulary;
        _options = options;
        _unknownId = options.UnknownToken is null ? -1 : vocabulary.Find(options.UnknownToken);
        if (options.ByteFallback)
        {
            _fallback = new int[256];
            for (var value = 0; value < 256; value++)
                _fallback[value] = vocabulary.Find($"<0x{value:X2}>");
        }
    }

    /// <summary>Upper bound of the number of symbols in a word of so many code units.</summary>
    public int MostSymbols(int units)
    {
        var added = (_options.ContinuingSubwordPrefix?.Length ?? 0) + (_options.EndOfWordSuffix?.Length ?? 0);
        return checked(units * 3 * (1 + added) + 1);
    }

    /// <summary>Writes symbols and their lengths in bytes of UTF-8; returns their number.</summary>
    public int Split(ReadOnlySpan<char> word, Span<int> symbols, Span<int> lengths)
    {
        var count = 0;
        var unknown = 0;
        Span<byte> utf8 = stackalloc byte[4];
        for (var at = 0; at < word.Length;)
        {
            var codePoint = CodePoints.At(word, at, out var units);
            var size = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            var first = at == 0;
            at += units;
            var last = at == word.Length;
            var id = IsPlain(first, last) ? FindCharacter(codePoint, utf8) : FindMarked(codePoint, first, last);
            if (id >= 0)
            {
                if (unknown > 0)
                {
                    symbols[count] = _unknownId;
                    lengths[count++] = unknown;
                    unknown = 0;
                }

                symbols[count] = id;
                lengths[count++] = size;
                continue;
            }

            // The reference leaves a waiting unknown token behind the bytes; so do we.
            if (_fallback is not null && TryBytes(codePoint, first, last, symbols, lengths, ref count))
                continue;

            if (_options.UnknownToken is null)
                continue;
            if (_unknownId < 0)
                throw new FathomException($"The tokenizer's unknown token '{_options.UnknownToken}' is not in its vocabulary, so text with unknown characters cannot be encoded. Add it to model.vocab or remove model.unk_token.");
            if (unknown > 0 && !_options.FuseUnknown)
            {
                symbols[count] = _unknownId;
                lengths[count++] = unknown;
                unknown = 0;
            }

            unknown += size;
        }

        if (unknown > 0)
        {
            symbols[count] = _unknownId;
            lengths[count++] = unknown;
        }

        return count;
    }

    private bool IsPlain(bool first, bool last) =>
        (first || string.IsNullOrEmpty(_options.ContinuingSubwordPrefix)) && (!last || string.IsNullOrEmpty(_options.EndOfWordSuffix));

    private int FindCharacter(int codePoint, Span<byte> utf8)
    {
        if (!Rune.TryCreate(codePoint, out var rune))
            rune = Rune.ReplacementChar;
        if (codePoint >= 0x10000)
            return _vocabulary.Find(utf8[..rune.EncodeToUtf8(utf8)]);

        var known = _characters ??= NewTable();
        var id = known[codePoint];
        if (id == -2)
            known[codePoint] = id = _vocabulary.Find(utf8[..rune.EncodeToUtf8(utf8)]);
        return id;
    }

    private static int[] NewTable()
    {
        var table = new int[0x10000];
        Array.Fill(table, -2);
        return table;
    }

    private string Marked(int codePoint, bool first, bool last)
    {
        var rune = Rune.TryCreate(codePoint, out var valid) ? valid : Rune.ReplacementChar;
        return (first ? "" : _options.ContinuingSubwordPrefix) + rune + (last ? _options.EndOfWordSuffix : "");
    }

    private int FindMarked(int codePoint, bool first, bool last) => _vocabulary.Find(Marked(codePoint, first, last));

    private bool TryBytes(int codePoint, bool first, bool last, Span<int> symbols, Span<int> lengths, ref int count)
    {
        var bytes = Encoding.UTF8.GetBytes(Marked(codePoint, first, last));
        foreach (var value in bytes)
        {
            if (_fallback![value] < 0)
                return false;
        }

        foreach (var value in bytes)
        {
            symbols[count] = _fallback![value];
            lengths[count++] = 1;
        }

        return true;
    }
}
