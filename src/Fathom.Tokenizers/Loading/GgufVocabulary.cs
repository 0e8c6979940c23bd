using System.Text;
using Fathom.Formats;
using Fathom.Tokenizers.Models;

namespace Fathom.Tokenizers.Loading;

/// <summary>The token list of a GGUF file with types, scores and the ids and flags beside it.</summary>
internal sealed class GgufVocabulary
{
    private const int Unknown = 2;
    private const int Control = 3;
    private const int UserDefined = 4;
    private readonly long[] _types;

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
        _types = metadata.TryGet("tokenizer.ggml.token_type", out var types) ? types.AsArray().ToInt64s() : [];
        if (_types.Length != 0 && _types.Length != tokens.Count)
            throw new FathomException($"{source}: 'tokenizer.ggml.token_type' has {_types.Length} entries for {tokens.Count} tokens; expected as many. The file is damaged.");
    }

    /// <summary>The file's metadata.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>The file's name.</summary>
    public string Source { get; }

    /// <summary>Strings and ids.</summary>
    public Vocabulary Vocabulary { get; }

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
    public List<AddedToken> AddedTokens()
    {
        var added = new List<AddedToken>();
        for (var id = 0; id < _types.Length; id++)
        {
            if (_types[id] is Unknown or Control or UserDefined && Vocabulary.Contains(id))
                added.Add(new AddedToken(id, Encoding.UTF8.GetString(Vocabulary.Bytes(id)), Special: _types[id] != UserDefined));
        }

        return added;
    }

    /// <summary>A truth value beside the vocabulary.</summary>
    public bool Flag(string name, bool otherwise) => Metadata.Boolean("tokenizer.ggml." + name, otherwise);

    private SpecialToken? Named(string key)
    {
        if (!Metadata.TryGet("tokenizer.ggml." + key, out var value))
            return null;
        var id = value.AsInt64();
        return id is >= 0 and < int.MaxValue && Vocabulary.Token((int)id) is { } text ? new SpecialToken(text, (int)id) : null;
    }
}
