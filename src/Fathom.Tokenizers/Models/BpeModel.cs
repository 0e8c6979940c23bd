using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Fathom.Tokenizers.Text;

namespace Fathom.Tokenizers.Models;

/// <summary>Byte-pair encoding by ranked merges, over characters or over byte letters.</summary>
internal sealed class BpeModel : TokenModel
{
    private readonly MergeTable _merges;
    private readonly BpeOptions _options;
    private readonly BpeSymbols _symbols;
    private readonly WordCache _cache = new();
    private readonly string[] _extraSymbols;
    private readonly Lazy<BpeMarkCuts?> _cuts;

    /// <summary>Creates the model.</summary>
    /// <param name="vocabulary">Strings and ids.</param>
    /// <param name="merges">Merges between ids.</param>
    /// <param name="options">Settings.</param>
    /// <param name="extraSymbols">Symbols that merges make though the vocabulary lacks them, with ids from <see cref="Vocabulary.IdLimit"/> on.</param>
    public BpeModel(Vocabulary vocabulary, MergeTable merges, BpeOptions options, string[]? extraSymbols = null)
        : base(vocabulary)
    {
        _merges = merges;
        _options = options;
        _symbols = new BpeSymbols(vocabulary, options);
        _extraSymbols = extraSymbols ?? [];
        _cuts = new Lazy<BpeMarkCuts?>(() => BpeMarkCuts.Of(Vocabulary, _options, _extraSymbols.Length));
        ByteIds = new int[256];
        var complete = true;
        for (var value = 0; value < 256; value++)
        {
            ByteIds[value] = vocabulary.Find([ByteLetters.Letter((byte)value)]);
            complete &= ByteIds[value] >= 0;
        }

        // Bytes that the vocabulary lacks are dropped where nothing stands for them.
        TakesBytes = (complete || (options.UnknownToken is null && !options.ByteFallback)) && !options.NeverMerge && string.IsNullOrEmpty(options.ContinuingSubwordPrefix) && string.IsNullOrEmpty(options.EndOfWordSuffix);
    }

    /// <summary>Whether <see cref="TokenizeBytes"/> gives what <see cref="Tokenize"/> gives for the word's byte letters.</summary>
    public bool TakesBytes { get; }

    /// <summary>Id of each byte's letter.</summary>
    public int[] ByteIds { get; }

    /// <inheritdoc/>
    public override bool CutsAtMarks => _cuts.Value is { BehindAllLetters: true };

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> word, TokenSink sink)
    {
        if (!sink.Tracked && _cuts.Value is { } cuts)
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
        var hash = 0u;
        if (cached)
        {
            // One bit keeps words met as text apart from the same words met as bytes.
            hash = WordCache.Hash(word) ^ 2;
            if (_cache.TryGet(word, hash, out var known))
            {
                sink.AddRange(known);
                return;
            }
        }

        var first = sink.Count;
        TokenizeAnew(word, sink);
        if (cached)
            _cache.Add(word, hash, sink.Ids[first..]);
    }

    /// <summary>Adds the tokens of a word's UTF-8 bytes, each byte standing for its letter. The sink must be untracked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TokenizeBytes(ReadOnlySpan<char> word, TokenSink sink)
    {
        if (word.Length > WordCache.LongestWord)
        {
            BytesAnew(word, sink);
            return;
        }

        var hash = WordCache.Hash(word);
        if (_cache.TryGet(word, hash, out var known))
        {
            sink.AddRange(known);
            return;
        }

        var first = sink.Count;
        BytesAnew(word, sink);
        _cache.Add(word, hash, sink.Ids[first..]);
    }

    private void BytesAnew(ReadOnlySpan<char> word, TokenSink sink)
    {
        var most = checked(word.Length * 3);
        var rentedBytes = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        var bytes = rentedBytes ?? stackalloc byte[512];
        var count = Encoding.UTF8.GetBytes(word, bytes);
        bytes = bytes[..count];
        var rentedIds = count > 512 ? ArrayPool<int>.Shared.Rent(count) : null;
        var symbols = (rentedIds ?? stackalloc int[512])[..count];
        var whole = _options.IgnoreMerges ? FindLetters(bytes) : -1;
        if (whole >= 0)
        {
            sink.Add(whole, 0, word.Length);
        }
        else
        {
            var known = 0;
            foreach (var value in bytes)
            {
                symbols[known] = ByteIds[value];
                known += ByteIds[value] >= 0 ? 1 : 0;
            }

            known = BpeMerger.Merge(_merges, symbols[..known], default);
            Emit(symbols[..known], sink);
        }

        if (rentedIds is not null)
            ArrayPool<int>.Shared.Return(rentedIds);
        if (rentedBytes is not null)
            ArrayPool<byte>.Shared.Return(rentedBytes);
    }

    private int FindLetters(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Vocabulary.LongestToken)
            return -1;
        Span<char> letters = bytes.Length <= 256 ? stackalloc char[bytes.Length] : new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
            letters[i] = ByteLetters.Letter(bytes[i]);
        return Vocabulary.Find(letters);
    }

    private void Emit(ReadOnlySpan<int> symbols, TokenSink sink)
    {
        if (_extraSymbols.Length == 0)
        {
            sink.AddRange(symbols);
            return;
        }

        foreach (var symbol in symbols)
            EmitOne(symbol, 0, 0, sink);
    }

    // llama.cpp falls back to those bytes of the symbol that are tokens by themselves.
    private void EmitOne(int symbol, int start, int end, TokenSink sink)
    {
        if (symbol < Vocabulary.IdLimit)
        {
            sink.Add(symbol, start, end);
            return;
        }

        foreach (var value in Encoding.UTF8.GetBytes(_extraSymbols[symbol - Vocabulary.IdLimit]))
        {
            var id = value < 128 ? Vocabulary.Find([value]) : -1;
            if (id >= 0)
                sink.Add(id, start, end);
        }
    }

    private void TokenizeAnew(ReadOnlySpan<char> word, TokenSink sink)
    {
        var whole = _options.IgnoreMerges ? Vocabulary.Find(word) : -1;
        if (whole >= 0)
        {
            sink.Add(whole, 0, word.Length);
            return;
        }

        var pool = ArrayPool<int>.Shared;
        var most = _symbols.MostSymbols(word.Length);
        var symbols = pool.Rent(most);
        var lengths = pool.Rent(most);
        try
        {
            var count = _symbols.Split(word, symbols, lengths);
            if (!_options.NeverMerge)
                count = BpeMerger.Merge(_merges, symbols.AsSpan(0, count), lengths.AsSpan(0, count));
            if (sink.Tracked)
                EmitTracked(word, symbols.AsSpan(0, count), lengths, sink);
            else
                Emit(symbols.AsSpan(0, count), sink);
        }
        finally
        {
            pool.Return(symbols);
            pool.Return(lengths);
        }
    }

    // Lengths are in bytes of UTF-8, as the reference counts; a byte inside a character stands for all of it.
    private void EmitTracked(ReadOnlySpan<char> word, ReadOnlySpan<int> symbols, ReadOnlySpan<int> lengths, TokenSink sink)
    {
        var walker = new Utf8Walker(word);
        var at = 0;
        for (var i = 0; i < symbols.Length; i++)
        {
            var start = walker.UnitHolding(at);
            at += lengths[i];
            var end = lengths[i] == 0 ? start : walker.UnitBehind(at);
            EmitOne(symbols[i], start, end, sink);
        }
    }
}
