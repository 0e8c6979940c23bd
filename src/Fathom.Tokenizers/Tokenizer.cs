using System.Buffers;
using Fathom.Formats;
using Fathom.Tokenizers.Loading;
using Fathom.Tokenizers.Pipeline;
using Fathom.Tokenizers.PostProcessors;

namespace Fathom.Tokenizers;

/// <summary>
/// Turns text into token ids and back, as the files of a model say: <c>tokenizer.json</c>, a vocabulary inside GGUF, or a
/// SentencePiece <c>tokenizer.model</c>. Once loaded it never changes, and any number of threads may use it at once.
/// </summary>
public sealed class Tokenizer
{
    private readonly TextPipeline _pipeline;
    private readonly IPostProcessor? _postProcessor;
    private readonly TokenDecoder _decoder;
    private readonly TokenFrame _frame;

    internal Tokenizer(TokenizerParts parts)
    {
        _pipeline = parts.Pipeline;
        _postProcessor = parts.PostProcessor;
        _decoder = new TokenDecoder(parts);
        _frame = new TokenFrame(parts.PostProcessor);
        SpecialTokens = parts.SpecialTokens;
        Truncation = parts.Truncation;
        Padding = parts.Padding;
        ChatTemplate = parts.ChatTemplate;
        var model = _pipeline.Model.Vocabulary;
        IdLimit = Math.Max(model.IdLimit, _pipeline.Added.Tokens.Select(t => t.Id + 1).DefaultIfEmpty().Max());
        VocabularySize = model.Count + _pipeline.Added.Tokens.Select(t => t.Id).Distinct().Count(id => !model.Contains(id));
    }

    private Tokenizer(Tokenizer other, TruncationOptions? truncation, PaddingOptions? padding)
    {
        _pipeline = other._pipeline;
        _postProcessor = other._postProcessor;
        _decoder = other._decoder;
        _frame = other._frame;
        SpecialTokens = other.SpecialTokens;
        ChatTemplate = other.ChatTemplate;
        IdLimit = other.IdLimit;
        VocabularySize = other.VocabularySize;
        Truncation = truncation;
        Padding = padding;
    }

    /// <summary>Number of different tokens, added ones included.</summary>
    public int VocabularySize { get; }

    /// <summary>One more than the largest id; ids below it that no token has decode to nothing.</summary>
    public int IdLimit { get; }

    /// <summary>The special tokens that the model's files name.</summary>
    public SpecialTokens SpecialTokens { get; }

    /// <summary>The tokens that are looked for in the text itself.</summary>
    public IReadOnlyList<AddedToken> AddedTokens => _pipeline.Added.Tokens;

    /// <summary>The chat template that the files hold, as its source text, or <see langword="null"/>.</summary>
    public string? ChatTemplate { get; }

    /// <summary>How <see cref="EncodeFull(string, bool)"/> and <see cref="EncodeBatch"/> shorten; <see langword="null"/> for not at all. As in the file.</summary>
    public TruncationOptions? Truncation { get; }

    /// <summary>How <see cref="EncodeFull(string, bool)"/> and <see cref="EncodeBatch"/> fill up; <see langword="null"/> for not at all. As in the file.</summary>
    public PaddingOptions? Padding { get; }

    /// <summary>Loads a tokenizer.</summary>
    /// <param name="path">
    /// A <c>tokenizer.json</c>, a <c>.gguf</c> file, a SentencePiece <c>.model</c>, or a folder that holds one of them or
    /// <c>vocab.json</c> and <c>merges.txt</c>; <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> beside it are read too.
    /// </param>
    /// <exception cref="FathomException">Nothing there, or something that this library does not know exactly.</exception>
    public static Tokenizer Load(string path) => TokenizerLoader.Load(path);

    /// <summary>Makes a tokenizer from the vocabulary inside an open GGUF file. The file may be closed afterwards.</summary>
    /// <exception cref="FathomException">The file has no vocabulary, or one of a kind that this library does not know exactly.</exception>
    public static Tokenizer FromGguf(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return GgufTokenizerLoader.Load(file.Metadata, file.Location);
    }

    /// <summary>Makes a tokenizer from the UTF-8 content of a <c>tokenizer.json</c>.</summary>
    /// <param name="utf8">The content.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="FathomException">It is damaged, or has something that this library does not know exactly.</exception>
    public static Tokenizer FromJson(ReadOnlySpan<byte> utf8, string name = "tokenizer.json") => TokenizerLoader.FromJson(utf8, name, new TokenizerConfiguration());

    /// <summary>The same tokenizer with other truncation and padding; <see langword="null"/> switches them off.</summary>
    public Tokenizer With(TruncationOptions? truncation, PaddingOptions? padding) => new(this, truncation, padding);

    /// <summary>The ids of a text. Truncation and padding are not applied.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecialTokens">Whether the tokens that begin and end a sequence are put in, as the files ask.</param>
    /// <param name="parseSpecialTokens">Whether special tokens written in the text count as such; otherwise they are text like any other.</param>
    public int[] Encode(ReadOnlySpan<char> text, bool addSpecialTokens = true, bool parseSpecialTokens = true)
    {
        if (addSpecialTokens && !_frame.IsSimple)
            return WholePart(text, addSpecialTokens, parseSpecialTokens).Ids;
        var workspace = Workspace.Current;
        _pipeline.Run(text, workspace, tracked: false, parseSpecialTokens);
        var before = addSpecialTokens ? _frame.Before : default;
        var behind = addSpecialTokens ? _frame.Behind : default;
        var ids = new int[before.Length + workspace.Sink.Count + behind.Length];
        before.CopyTo(ids);
        workspace.Sink.Ids.CopyTo(ids.AsSpan(before.Length));
        behind.CopyTo(ids.AsSpan(ids.Length - behind.Length));
        return ids;
    }

    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, bool, bool)"/>
    public int[] Encode(string text, bool addSpecialTokens = true, bool parseSpecialTokens = true) =>
        Encode(text.AsSpan(), addSpecialTokens, parseSpecialTokens);

    /// <summary>Writes the ids of a text into a buffer, without allocating. Truncation and padding are not applied.</summary>
    /// <returns>The number of ids; where it is above the buffer's length nothing has been written.</returns>
    public int Encode(ReadOnlySpan<char> text, Span<int> destination, bool addSpecialTokens = true, bool parseSpecialTokens = true)
    {
        if (addSpecialTokens && !_frame.IsSimple)
        {
            var whole = WholePart(text, addSpecialTokens, parseSpecialTokens).Ids;
            whole.AsSpan().TryCopyTo(destination);
            return whole.Length;
        }

        var workspace = Workspace.Current;
        _pipeline.Run(text, workspace, tracked: false, parseSpecialTokens);
        var before = addSpecialTokens ? _frame.Before : default;
        var behind = addSpecialTokens ? _frame.Behind : default;
        var count = before.Length + workspace.Sink.Count + behind.Length;
        if (count <= destination.Length)
        {
            before.CopyTo(destination);
            workspace.Sink.Ids.CopyTo(destination[before.Length..]);
            behind.CopyTo(destination[(count - behind.Length)..]);
        }

        return count;
    }

    /// <summary>The number of tokens of a text, without allocating.</summary>
    public int CountTokens(ReadOnlySpan<char> text, bool addSpecialTokens = true, bool parseSpecialTokens = true) =>
        Encode(text, [], addSpecialTokens, parseSpecialTokens);

    /// <summary>The ids of the start of a text, so many at most, ending where a character ends. Nothing is put round them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxTokenCount">How many ids at most.</param>
    /// <param name="charsConsumed">Length of the part of the text that they stand for, in UTF-16 code units.</param>
    /// <param name="parseSpecialTokens">Whether special tokens written in the text count as such.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int[] EncodeToIds(ReadOnlySpan<char> text, int maxTokenCount, out int charsConsumed, bool parseSpecialTokens = true)
    {
        charsConsumed = GetIndexByTokenCount(text, maxTokenCount, out var count, parseSpecialTokens);
        return Workspace.Current.Sink.Ids[..count].ToArray();
    }

    /// <summary>The tokens of a text with the parts of it that they stand for. Truncation and padding are not applied.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, bool, bool)"/>
    public EncodedToken[] EncodeToTokens(ReadOnlySpan<char> text, bool addSpecialTokens = true, bool parseSpecialTokens = true)
    {
        var part = WholePart(text, addSpecialTokens, parseSpecialTokens);
        var tokens = new EncodedToken[part.Ids.Length];
        for (var i = 0; i < tokens.Length; i++)
            tokens[i] = new EncodedToken(part.Ids[i], part.Tokens[i], part.Offsets[i].Start..part.Offsets[i].End);
        return tokens;
    }

    /// <summary>How much of the start of a text fits in so many tokens: the first position, in UTF-16 code units, behind what fits.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxTokenCount">How many tokens at most, those put round a text not counted.</param>
    /// <param name="tokenCount">How many tokens that is: fewer than asked for where the text is shorter or the last would end inside a character.</param>
    /// <param name="parseSpecialTokens">Whether special tokens written in the text count as such.</param>
    /// <returns>A position from 0 to the text's length, which is the result where all fits.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int GetIndexByTokenCount(ReadOnlySpan<char> text, int maxTokenCount, out int tokenCount, bool parseSpecialTokens = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokenCount);
        var workspace = Workspace.Current;
        _pipeline.Run(text, workspace, tracked: true, parseSpecialTokens);
        tokenCount = TokenBorders.CountFromStart(workspace, maxTokenCount);
        var sink = workspace.Sink;
        return tokenCount == sink.Count ? text.Length
            : tokenCount == 0 ? 0
            : TokenBorders.Source(workspace.Pieces.Text, sink.Starts[tokenCount - 1], sink.Ends[tokenCount - 1]).End;
    }

    /// <summary>How much of the end of a text fits in so many tokens: the position, in UTF-16 code units, where what fits begins.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxTokenCount">How many tokens at most, those put round a text not counted.</param>
    /// <param name="tokenCount">How many tokens that is: fewer than asked for where the text is shorter or the first would begin inside a character.</param>
    /// <param name="parseSpecialTokens">Whether special tokens written in the text count as such.</param>
    /// <returns>A position from 0, the result where all fits, to the text's length.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int GetIndexByTokenCountFromEnd(ReadOnlySpan<char> text, int maxTokenCount, out int tokenCount, bool parseSpecialTokens = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokenCount);
        var workspace = Workspace.Current;
        _pipeline.Run(text, workspace, tracked: true, parseSpecialTokens);
        tokenCount = TokenBorders.CountFromEnd(workspace, maxTokenCount);
        var sink = workspace.Sink;
        var first = sink.Count - tokenCount;
        return first == 0 ? 0 : tokenCount == 0 ? text.Length : TokenBorders.Source(workspace.Pieces.Text, sink.Starts[first], sink.Ends[first]).Start;
    }

    /// <summary>Starts encoding a text that comes in parts, be it of any length; the ids are those of <see cref="Encode(ReadOnlySpan{char}, bool, bool)"/> for the whole.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{char}, bool, bool)"/>
    public IncrementalEncoder CreateEncoder(bool addSpecialTokens = true, bool parseSpecialTokens = true) =>
        new(_pipeline, _frame, addSpecialTokens, parseSpecialTokens, text => Encode(text, addSpecialTokens, parseSpecialTokens));

    /// <summary>The tokens of a text with their offsets and all else that is known; truncated and padded as the file says.</summary>
    public TokenEncoding EncodeFull(string text, bool addSpecialTokens = true) => EncodeFull(text, null, addSpecialTokens);

    /// <summary>The tokens of a pair of texts with their offsets and all else that is known; truncated and padded as the file says.</summary>
    public TokenEncoding EncodeFull(string text, string? pair, bool addSpecialTokens = true) => EncodeBatch([(text, pair)], addSpecialTokens)[0];

    /// <summary>The tokens of a text that is cut into words already; offsets and word ids are those of the words.</summary>
    public TokenEncoding EncodeWords(IReadOnlyList<string> words, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(words);
        var part = EncodingAssembler.OfWords(_pipeline, words, Workspace.Current);
        var batch = new[] { EncodingAssembler.Assemble([part], _postProcessor, Truncation, addSpecialTokens) };
        if (Padding is not null)
            Padder.Pad(batch, Padding);
        return batch[0].ToEncoding();
    }

    /// <summary>The tokens of many texts or pairs; padding fills all up to the longest.</summary>
    public TokenEncoding[] EncodeBatch(IReadOnlyList<(string Text, string? Pair)> batch, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var workspace = Workspace.Current;
        var encodings = new EncodingPart[batch.Count];
        for (var i = 0; i < encodings.Length; i++)
        {
            var parts = new List<EncodingPart> { EncodingAssembler.OfText(_pipeline, batch[i].Text, workspace, 0) };
            if (batch[i].Pair is { } second)
                parts.Add(EncodingAssembler.OfText(_pipeline, second, workspace, 1));
            encodings[i] = EncodingAssembler.Assemble(parts, _postProcessor, Truncation, addSpecialTokens);
        }

        if (Padding is not null)
            Padder.Pad(encodings, Padding);
        return Array.ConvertAll(encodings, e => e.ToEncoding());
    }

    /// <summary>The text of ids. Ids that no token has are left out.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => _decoder.Decode(ids, skipSpecialTokens);

    /// <summary>Writes the text of ids into a buffer: of as many as fit whole, never half a character.</summary>
    /// <param name="ids">The ids; those that no token has are left out.</param>
    /// <param name="destination">Where the text goes.</param>
    /// <param name="idsConsumed">How many of the ids the text written stands for.</param>
    /// <param name="charsWritten">Number of UTF-16 code units written.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> where ids are left over.</returns>
    public OperationStatus Decode(ReadOnlySpan<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten, bool skipSpecialTokens = true) =>
        _decoder.Decode(ids, skipSpecialTokens, destination, out idsConsumed, out charsWritten);

    /// <summary>The text of ids that more may follow.</summary>
    internal string DecodePart(ReadOnlySpan<int> ids, bool skipSpecialTokens) => _decoder.Decode(ids, skipSpecialTokens, part: true);

    /// <summary>Starts turning ids into text one by one.</summary>
    public DetokenizerStream CreateStream(bool skipSpecialTokens = true) => new(this, skipSpecialTokens);

    /// <summary>The id of a token's string, or <see langword="null"/>.</summary>
    public int? TokenToId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (_pipeline.Added.ByText(token) is { } added)
            return added.Id;
        var id = _pipeline.Model.Vocabulary.Find(token);
        return id < 0 ? null : id;
    }

    /// <summary>The string of an id as the vocabulary writes it, or <see langword="null"/>.</summary>
    public string? IdToToken(int id) => _pipeline.Added.ById(id)?.Content ?? _pipeline.Model.Vocabulary.Token(id);

    /// <summary>Whether an id is that of a special token, which decoding can leave out.</summary>
    public bool IsSpecial(int id) => _pipeline.Added.IsSpecial(id);

    private EncodingPart WholePart(ReadOnlySpan<char> text, bool addSpecialTokens, bool parseSpecialTokens) =>
        EncodingAssembler.Assemble([EncodingAssembler.OfText(_pipeline, text.ToString(), Workspace.Current, 0, parseSpecialTokens)], _postProcessor, null, addSpecialTokens);
}
