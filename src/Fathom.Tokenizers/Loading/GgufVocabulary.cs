using Fathom.Formats;
using Fathom.Tokenizers.Models;

namespace Fathom.Tokenizers.Loading;

/// <summary>The token list of a GGUF file with types, scores and the ids and flags beside it.</summary>
internal sealed class GgufVocabulary
{
    // Tokens that llama.cpp takes for control tokens by their text, whatever the file says.
    private static readonly HashSet<string> ControlTexts =
    [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<end_of_turn>", "<|endoftext|>", "<|eom_id|>", "<EOT>", "_<EOT>", "<|end_of_text|>", "<end_of_utterance>",
        "</s>", "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<PRE>", "\u2581<PRE>", "<|code_prefix|>", "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<SUF>", "\u2581<SUF>",
        "<|code_suffix|>", "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<MID>", "\u2581<MID>", "<|code_middle|>", "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>",
        "<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>", "<|file_sep|>",
    ];

    private readonly int[] _types;

    /// <summary>Reads the token list.</summary>
    public GgufVocabulary(GgufMetadata metadata, string source)
    {
        Metadata = metadata;
        Source = source;
        var tokens = metadata.Array("tokenizer.ggml.tokens");
        var builder = new VocabularyBuilder(source, tokens.Count);
        for (var id = 0; id < tokens.Count; id++)
            builder.Add(tokens.Utf8(id), id);
        Vocabulary = builder.Build();
        _types = ReadTypes();
        foreach (var text in ControlTexts)
        {
            var id = Vocabulary.Find(text);
            if (id >= 0)
                _types[id] = PieceTypes.Control;
        }

        // Gemma 4 ends its turns otherwise, and uses this as the text it is.
        if (Vocabulary.Find("<|tool_response>") >= 0 && Vocabulary.Find("</s>") is >= 0 and var plain)
            _types[plain] = PieceTypes.Normal;
    }

    /// <summary>The file's metadata.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>The file's name.</summary>
    public string Source { get; }

    /// <summary>Strings and ids.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The type of every id (<see cref="PieceTypes"/>).</summary>
    public int[] Types => _types;

    /// <summary>The named special tokens.</summary>
    public SpecialTokens SpecialTokens => new()
    {
        Bos = Named("bos_token_id"),
        Eos = Named("eos_token_id"),
        Pad = Named("padding_token_id"),
        Unk = Named("unknown_token_id"),
        Sep = Named("seperator_token_id") ?? Named("separator_token_id"),
        Cls = Named("cls_token_id"),
        Mask = Named("mask_token_id"),
        Eot = Named("eot_token_id"),
    };

    /// <summary>The tokens that are looked for in the text: user-defined ones always, control and unknown ones as special tokens.</summary>
    /// <param name="stripRight">Which of them take the white space behind them.</param>
    public List<AddedToken> AddedTokens(Func<int, bool>? stripRight = null)
    {
        var added = new List<AddedToken>();
        for (var id = 0; id < _types.Length; id++)
        {
            if (_types[id] is PieceTypes.Unknown or PieceTypes.Control or PieceTypes.UserDefined && Vocabulary.Contains(id))
                added.Add(new AddedToken(id, Vocabulary.Token(id)!, Special: _types[id] != PieceTypes.UserDefined, StripRight: stripRight?.Invoke(id) ?? false));
        }

        return added;
    }

    /// <summary>The vocabulary with scores and types.</summary>
    /// <param name="unknown">Id of the unknown token where the file names none.</param>
    public SentencePieces Pieces(int unknown)
    {
        var scores = new float[_types.Length];
        if (Metadata.TryGet("tokenizer.ggml.scores", out var value))
            scores = value.AsArray().ToSingles();
        if (scores.Length != _types.Length || !Array.TrueForAll(scores, float.IsFinite))
            throw new FathomException($"{Source}: 'tokenizer.ggml.scores' has {scores.Length} entries for {_types.Length} tokens, or one that is no number; expected a number for each. The file is damaged.");
        return new SentencePieces(Vocabulary, scores, _types, Id("unknown_token_id", unknown));
    }

    /// <summary>The id that a key names, or another where it names none.</summary>
    public int Id(string key, int otherwise)
    {
        var id = Metadata.Int64("tokenizer.ggml." + key, otherwise);
        return id is >= 0 and < int.MaxValue && Vocabulary.Contains((int)id) ? (int)id : -1;
    }

    /// <summary>The token of an id, or null.</summary>
    public SpecialToken? Token(int id) => Vocabulary.Token(id) is { } text ? new SpecialToken(text, id) : null;

    /// <summary>A truth value beside the vocabulary.</summary>
    public bool Flag(string name, bool otherwise) => Metadata.Boolean("tokenizer.ggml." + name, otherwise);

    private SpecialToken? Named(string key) => Token(Id(key, -1));

    private int[] ReadTypes()
    {
        var types = new int[Vocabulary.IdLimit];
        Array.Fill(types, PieceTypes.Normal);
        if (!Metadata.TryGet("tokenizer.ggml.token_type", out var value))
            return types;
        var given = value.AsArray().ToInt64s();
        return given.Length == types.Length
            ? Array.ConvertAll(given, t => t is >= 0 and <= PieceTypes.Byte ? (int)t : 0)
            : throw new FathomException($"{Source}: 'tokenizer.ggml.token_type' has {given.Length} entries for {types.Length} tokens; expected as many. The file is damaged.");
    }
}
